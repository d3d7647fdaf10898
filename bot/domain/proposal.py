"""What a proposal says: the whole effect that a person is asked to confirm."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from bot.domain.conversation import (
    VERB_OF,
    AddNote,
    AskSubmitter,
    Change,
    Correct,
    Decide,
    DecisionKind,
    DecisionRequest,
    Exit,
    Handling,
    Nudge,
    OnIt,
    Release,
    Reopen,
    Skip,
    Withdraw,
)
from bot.domain.lists import joined_with_and
from bot.domain.money import format_amount
from bot.domain.payment_facts import PaymentFacts
from bot.domain.replies.commands import HEAP
from bot.domain.replies.question import payment_in_words

LARGEST = 5  # payments and vendors that are named of more than ``HEAP``
RISKY = 20  # high-risk ones that are named of those


def in_words(reading: Decide | Correct | Skip | Exit | Handling) -> str:
    """``approve 1 and 3, hold 2 until the PO``: all that a confirmation of this reading does."""
    if isinstance(reading, Skip):
        return "skip, which puts everything undecided on hold"
    if isinstance(reading, Exit):
        return "close this review"
    if isinstance(reading, Reopen):
        return "reopen this review"
    if isinstance(reading, AskSubmitter):
        return f"ask about {refs_listed(reading.refs)}: {reading.question}"
    if isinstance(reading, AddNote):
        return f"note on {refs_listed(reading.refs)}: {reading.text}"
    if isinstance(reading, OnIt):
        return f"on it {refs_listed(reading.refs)}".strip()
    if isinstance(reading, Nudge):
        return "nudge"
    if isinstance(reading, Release | Withdraw):
        return f"{reading.means} {refs_listed(reading.refs)}"
    if isinstance(reading, Correct):
        return ", ".join(_change_in_words(change) for change in reading.changes)
    return ", ".join(_request_in_words(request) for request in reading.asks)


def refs_listed(refs: Iterable[int]) -> str:
    """``1, 2 and 3``: the references as they are typed in a reply."""
    return joined_with_and(str(ref) for ref in refs)


def effect(
    reading: Decide | Correct | Skip | Exit, payments: Sequence[PaymentFacts], notes: Sequence[str] = ()
) -> tuple[str, tuple[int, ...]]:
    """All that a confirmation does, line by line, and the references for *Show all*, empty where all stand.

    Up to ``HEAP`` payments of a decision stand each with reference, vendor, amount and why it was flagged; of
    more their number, sum by currency, the vendors with most money, the largest, and what is high risk.
    ``payments`` are those of the review that can be meant; ``notes`` say what is left out.
    """
    if isinstance(reading, Skip | Exit):
        return f"I understood: {in_words(reading)}.", ()
    known = {payment.ref: payment for payment in payments}
    parts: Sequence[DecisionRequest | Change] = (
        reading.asks if isinstance(reading, Decide) else reading.changes
    )
    lines, unnamed = ["I understood:"], set[int]()
    for part in parts:
        meant = [known[ref] for ref in _refs_of(part, payments) if ref in known]
        lines += _lines(part, meant)
        if len(meant) > HEAP:
            unnamed.update(payment.ref for payment in meant)
    return "\n".join([*lines, *notes]), tuple(sorted(unnamed))


def _refs_of(part: DecisionRequest | Change, payments: Sequence[PaymentFacts]) -> Sequence[int]:
    if part.refs is not None:
        return part.refs
    but = part.but if isinstance(part, DecisionRequest) else ()
    return [
        payment.ref
        for payment in payments
        if payment.undecided and payment.flagged and payment.ref not in but
    ]


def _lines(part: DecisionRequest | Change, meant: Sequence[PaymentFacts]) -> Iterator[str]:
    verb = _verb_in_words(part)
    said = "Note" if part.kind is DecisionKind.APPROVED else "Reason"
    reason = f" {said}: {part.reason}" if part.reason else ""
    if len(meant) == 1:
        yield f"{verb} {_with_why(meant[0])}.{reason}"
        return
    yield f"{verb} {len(meant):,} payments, {_sums(meant)}.{reason}"
    if len(meant) <= HEAP:
        yield from (f"• {_with_why(payment)}" for payment in meant)
        return
    money = defaultdict[tuple[str, str], Decimal](Decimal)
    count = Counter(payment.vendor for payment in meant)
    for payment in meant:
        money[payment.vendor, payment.currency] += payment.amount
    vendors = sorted(money.items(), key=lambda item: -abs(item[1]))[:LARGEST]
    most = [_of_vendor(*key, sum_, count[key[0]]) for key, sum_ in vendors]
    yield f"Most money: {', '.join(most)}."
    yield "The largest:"
    largest = sorted(meant, key=lambda payment: -abs(payment.amount))[:LARGEST]
    yield from (f"• {_with_why(payment)}" for payment in largest)
    if risky := [payment for payment in meant if payment.high_risk and payment not in largest]:
        yield "Also of high risk:"
        yield from (f"• {_with_why(replace(payment, high_risk=False))}" for payment in risky[:RISKY])
        if len(risky) > RISKY:
            yield f"… and {len(risky) - RISKY:,} more of high risk."


def _of_vendor(vendor: str, currency: str, sum_: Decimal, payments: int) -> str:
    several = f" in {payments:,}" if payments > 1 else ""
    return f"{vendor} ({format_amount(sum_, currency)}{several})"


def _verb_in_words(part: DecisionRequest | Change) -> str:
    if isinstance(part, DecisionRequest):
        return VERB_OF[part.kind].capitalize()
    return f"Change to {VERB_OF[part.kind]}:" if part.kind else "Take back:"


def _sums(payments: Sequence[PaymentFacts]) -> str:
    sums = defaultdict[str, Decimal](Decimal)
    for payment in payments:
        sums[payment.currency] += payment.amount
    return joined_with_and(format_amount(sum_, currency) for currency, sum_ in sorted(sums.items()))


def _with_why(payment: PaymentFacts) -> str:
    risk = "high risk: " if payment.high_risk else ""
    stands = {"held": "on hold"}.get(payment.decided, payment.decided)
    state = f"{stands} before; " if stands else ""
    why = "; ".join(payment.findings)
    return (
        f"{payment_in_words(payment)} ({state}{risk}{why})"
        if state or risk or why
        else payment_in_words(payment)
    )


def _change_in_words(change: Change) -> str:
    if change.kind is None:
        return f"undo {refs_listed(change.refs)}"
    reason = f" ({change.reason})" if change.reason else ""
    return f"change {refs_listed(change.refs)} to {VERB_OF[change.kind]}{reason}"


def _request_in_words(request: DecisionRequest) -> str:
    what = "everything undecided" if request.refs is None else refs_listed(request.refs)
    what += f" except {refs_listed(request.but)}" if request.but else ""
    words = f"{VERB_OF[request.kind]} {what}"
    if not request.reason:
        return words
    holds = request.kind.value == "held"
    runs_on = holds and request.reason.lower().startswith(("until ", "if ", "unless "))
    return f"{words} {request.reason}" if runs_on else f"{words} ({request.reason})"
