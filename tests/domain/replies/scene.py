"""The review in which the tables of phrases are said, and how a table writes what a reply comes to."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from bot.domain.conversation import (
    AddNote,
    AskHistory,
    AskMyDecisions,
    AskOutcomes,
    AskSubmitter,
    Correct,
    Decide,
    DecisionKind,
    DescribePayments,
    Exit,
    Handling,
    Help,
    ListPayments,
    Nudge,
    OnIt,
    Reading,
    Release,
    Reopen,
    ShowStatus,
    Skip,
    SumPayments,
    Talk,
    TellFact,
    Unclear,
    Why,
    Withdraw,
)
from bot.domain.payment_facts import PaymentFacts
from bot.domain.proposal import in_words
from bot.domain.replies.reader import Certainty, Needs, ReplyReading, Scene, read_in_review, read_reply

TABLES = Path(__file__).parent / "languages"


def payment(
    ref: int,
    vendor: str,
    amount: str,
    code: str = "",
    *,
    decided: str = "",
    currency: str = "USD",
    high_risk: bool = False,
) -> PaymentFacts:
    """A payment of a scene: with the ``code`` of a finding it is flagged, and open if nothing was decided."""
    return PaymentFacts(
        ref=ref,
        vendor=vendor,
        amount=Decimal(amount),
        currency=currency,
        undecided=bool(code) and not decided,
        decided=decided,
        memo="Reimbursement",
        findings=(code.replace("_", " "),) if code else (),
        codes=(code,) if code else (),
        high_risk=high_risk,
        medium_risk=bool(code) and not high_risk,
        flagged=bool(code),
    )


PAYMENTS = (
    payment(1, "Acme Corp", "12000", "amount_over_limit"),
    payment(2, "Initech", "500", "duplicate_payment"),
    payment(3, "Globex", "4000", "unknown_vendor"),
    payment(4, "Staples", "9999", "amount_over_limit", decided="rejected"),
    payment(5, "Acme Holdings", "7250", "amount_over_limit"),
    payment(6, "Umbrella", "20"),
    payment(7, "Smith & Sons", "99", "round_amount"),
    payment(8, "Stark", "30"),
    payment(9, "Wayne", "40"),
)
OPEN = (1, 2, 3, 5, 7)


class Case(NamedTuple):
    """A line of a table: what is said, what class of answer it gets, and what that says (empty for most)."""

    text: str
    answer: str
    words: str


def cases(*codes: str) -> Iterator[Case]:
    """The cases of these tables, or of all."""
    for file in sorted(TABLES.glob("*.txt")):
        for line in file.read_text("utf-8").splitlines() if not codes or file.stem in codes else ():
            if line.strip() and not line.startswith("#"):
                answer, _, rest = line.partition(" | ")
                text, _, words = (rest, "", "") if answer in ("ask", "silent") else rest.partition(" => ")
                yield Case(text.replace("\\n", "\n"), answer, words)


def read(text: str, payments: tuple[PaymentFacts, ...] = PAYMENTS, *, named: bool = False) -> ReplyReading:
    """The reply read to its end in a review of these payments."""
    first = read_reply(text)
    needed = [one for one in payments if one.flagged or first.needs is Needs.ALL]
    return read_in_review(first, Scene(needed, len(payments), named))


def answer_of(reply: ReplyReading, payments: tuple[PaymentFacts, ...] = PAYMENTS) -> str:
    """What the bot does with it: act, propose, answer, ask or silent. What is not there is asked about."""
    reading = reply.reading
    if isinstance(reading, Talk):
        return "silent"
    if isinstance(reading, Unclear) or not _named(reading) <= {one.ref for one in payments}:
        return "ask"
    if isinstance(reading, Decide | Correct | Skip | Exit | Handling):
        return "act" if reply.certainty is Certainty.EXACT else "propose"
    return "answer"


def _named(reading: Reading) -> set[int]:
    if isinstance(reading, Decide):
        return {ref for ask in reading.asks for ref in (*(ask.refs or ()), *ask.but)}
    if isinstance(reading, Correct):
        return {ref for change in reading.changes for ref in change.refs}
    return set(getattr(reading, "refs", None) or ())


def effect_of(reading: Reading, among: tuple[int, ...] = OPEN) -> dict[int, tuple[DecisionKind, str]]:
    """What a reading decides about each of the open payments, with the reason."""
    asks = reading.asks if isinstance(reading, Decide) else ()
    named = {ref for ask in asks for ref in ask.refs or ()}
    return {
        ref: (ask.kind, ask.reason)
        for ask in asks
        for ref in (ask.refs if ask.refs is not None else set(among) - named - set(ask.but))
    }


def approved(reading: Reading) -> set[int]:
    """The payments that a reading approves."""
    if isinstance(reading, Correct):
        changes = [change for change in reading.changes if change.kind is DecisionKind.APPROVED]
        return {ref for change in changes for ref in change.refs}
    return {ref for ref, (kind, _) in effect_of(reading).items() if kind is DecisionKind.APPROVED}


def in_table_words(reading: Reading) -> str:
    """A reading as the tables write it; a list of decisions in any order is compared by ``effect_of``."""
    match reading:
        case Decide() | Correct() | Release() | Reopen() | AskSubmitter() | AddNote() | Withdraw() | OnIt():
            return in_words(reading)
        case Skip() | Exit() | Nudge():
            return reading.means
        case Why(refs=refs):
            return f"why {_listed(refs)}".strip()
        case DescribePayments(refs=refs):
            return f"what {_listed(refs)}"
        case ListPayments(refs=refs, order=order):
            by = "" if order.value == "reference" else f" by {order.value}"
            return f"list {_listed(refs or ())}".strip() + by
        case SumPayments(refs=refs):
            return f"total {_listed(refs or ())}".strip()
        case AskHistory(vendor=vendor):
            return f"history {vendor}"
        case AskMyDecisions(kind=kind):
            return f"mine {kind.value if kind else ''}".strip()
        case TellFact(what=what):
            return what.value
        case _:
            return {Help: "help", ShowStatus: "status", AskOutcomes: "became"}.get(type(reading), "?")


def _listed(refs: tuple[int, ...]) -> str:
    return ", ".join(map(str, refs))
