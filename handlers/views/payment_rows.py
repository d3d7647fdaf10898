"""A payment as it stands on a card: what it is, why it waits, and what can be done about it. Pure."""

from collections.abc import Mapping

from bot.domain import text as wording
from bot.domain.conversation import DecisionKind
from bot.domain.judgement import Severity
from bot.domain.money import format_amount
from bot.domain.review.amendment import Amendment
from bot.domain.review.decision import Decision
from bot.domain.review.remarks import Remark, RemarkKind, is_answered
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.review.sums import standing_of
from bot.domain.text.deadlines import near_deadlines
from bot.domain.text.routes import who
from handlers.views.blocks import (
    CONTEXT_TEXT,
    Block,
    actions,
    ago,
    bold,
    button,
    context,
    mrkdwn,
    overflow,
    person,
    plain_text,
    rich_line,
    rich_text,
    when,
)
from handlers.views.button_value import ButtonValue
from handlers.views.call_back_form import call_back_button, call_back_line
from handlers.views.claims import claim_choice, on_payment

MENU = "payment_menu"
HELD = "held"
# A mark, and the word for it: nobody has to tell colours apart.
RISKS: Mapping[Severity, str] = {
    Severity.HIGH: "🔴 High risk",
    Severity.MEDIUM: "🟠 Medium risk",
    Severity.LOW: "🟡 Low risk",
}
MARKS = {DecisionKind.APPROVED: "✅", DecisionKind.REJECTED: "⛔", DecisionKind.HELD: "⏸️"}
REPEATS = "It repeats"


def payment_rows(state: ReviewState, entry: ReviewedTransaction, width: int, asked: str = "") -> list[Block]:
    """A payment with why it waits, its decision or buttons; people's texts are cut to ``width``.

    ``asked`` is the name of whom the menu asks, empty where it is not known.
    """
    blocks = [rich_line(*_what(entry, width)), context(plain_text(_why(state, entry, width), CONTEXT_TEXT))]
    blocks[-1]["elements"] += _said(state, entry)
    if entry.amended:
        blocks.append(corrected(entry, width))
    if entry.withdrawal:
        blocks.append(withdrawn(entry.withdrawal))
    elif entry.decision:
        blocks.append(decided(entry.decision, width))
    blocks += call_back_line(entry, width)
    if state.status is ReviewStatus.WAITING and entry.open and not entry.rejudging:
        blocks.append(_buttons(state, entry, asked))
    return blocks


def repeated(state: ReviewState, entry: ReviewedTransaction, width: int) -> Block:
    """The payment that the one above repeats, which needs no decision any more."""
    place = wording.place_in_source(state, entry.transaction)
    parts = [f"↑ {REPEATS} {_one_line(entry, width)}", place, wording.state_of(entry)]
    return context(plain_text(" · ".join(filter(None, parts)), CONTEXT_TEXT))


def corrected(entry: ReviewedTransaction, limit: int = CONTEXT_TEXT) -> Block:
    """What the payment was before its last correction, by whom that was made, and whether it is judged."""
    assert entry.amended is not None
    elements = [mrkdwn(f"✏️ *Corrected* by {person(entry.amended.by)} · {when(entry.amended.at)}")]
    if was := wording.was(entry):
        elements.append(plain_text(was, limit))
    if entry.rejudging and not entry.withdrawn:
        elements.append(mrkdwn("It is being judged again; then it can be decided."))
    return context(*elements)


def withdrawn(withdrawal: Amendment) -> Block:
    """By whom a payment was withdrawn, and when."""
    return context(mrkdwn(f"↩️ *Withdrawn* by {person(withdrawal.by)} · {when(withdrawal.at)}"))


def decided(decision: Decision, limit: int = CONTEXT_TEXT) -> Block:
    """Who, what, when, and why."""
    done = "On hold" if decision.kind is DecisionKind.HELD else decision.kind.value.capitalize()
    by = who(decision.by, decision.whose, person)
    line = mrkdwn(f"{MARKS[decision.kind]} *{done}* by {by} · {when(decision.at)}")
    return context(line, plain_text(decision.reason, limit)) if decision.reason else context(line)


def menu_values(state: ReviewState, entry: ReviewedTransaction, asked: str = "") -> dict[str, str]:
    """The entries of a payment's menu, by what each carries: a choice, and what a button carries.

    ``asked`` is the name of whom it asks.
    """
    first = {"release": "Release"} if standing_of(entry) == HELD else {"hold": "Put on hold"}
    claim, says = claim_choice(state, entry.transaction.ref)
    # Slack takes five entries: what would be the sixth of some payments stands in their details.
    note = ("call", wording.CALL_BACK_LABEL) if entry.needs_call_back else ("note", "Add a note")
    choices = {**first, claim: says, "ask": wording.ask_label(asked), note[0]: note[1], "details": "Details"}
    value = value_of(state, entry).encode()
    return {f"{choice}:{value}": text for choice, text in choices.items()}


def value_of(state: ReviewState, entry: ReviewedTransaction) -> ButtonValue:
    """What the buttons of a payment carry."""
    calls = len(entry.call_backs) if entry.needs_call_back else 0
    ref = str(entry.transaction.ref)
    return ButtonValue(state.id, ref, state.content_token, entry.version, entry.held, calls)


def _buttons(state: ReviewState, entry: ReviewedTransaction, asked: str) -> Block:
    about = value_of(state, entry)
    value = about.encode()
    first = call_back_button(about) if entry.frozen else button("Approve", "approve", value, style="primary")
    return actions(
        f"transaction {entry.transaction.ref}",
        first,
        button("Reject", "reject", value, style="danger"),
        overflow(MENU, menu_values(state, entry, asked)),
    )


def _what(entry: ReviewedTransaction, width: int) -> list[Block]:
    payment = entry.transaction
    recommended = entry.judgement is not None and entry.judgement.recommended and not entry.reopened
    risk = "🟢 Approval recommended" if recommended else RISKS[wording.worst(entry)]
    facts = [payment.memo or payment.category or "", f"invoice {payment.invoice}" if payment.invoice else ""]
    facts.append(f"account ending in {payment.account[-4:]}" if payment.account else "")
    about = "".join(f" · {fact}" for fact in facts if fact)
    return [
        rich_text(f"{risk} · #{payment.ref} "),
        bold(format_amount(payment.amount, payment.currency)),
        rich_text(" to "),
        bold(payment.vendor, width + 20),
        *([rich_text(about, width)] if about else []),
    ]


def _why(state: ReviewState, entry: ReviewedTransaction, width: int) -> str:
    """Why it waits, what its vendor was paid before, its dates, and where it stood in what was handed in."""
    payment, reasons = entry.transaction, wording.why(entry)
    most = max(width * 2, 80)
    parts = [reasons if len(reasons) <= most else f"{reasons[: most - 1]}…"]
    if entry.rank and entry.rank.past:
        parts.append(wording.past_in_words(entry.rank.past))
    place = [payment.date.isoformat()] if payment.date else []
    place += filter(None, [wording.place_in_source(state, payment), near_deadlines(state, payment)])
    return " ".join([*parts, f"({', '.join(place)})"]) if place else " ".join(parts)


def _one_line(entry: ReviewedTransaction, width: int) -> str:
    payment = entry.transaction
    vendor = payment.vendor if len(payment.vendor) <= width + 20 else f"{payment.vendor[: width + 19]}…"
    return f"#{payment.ref} {format_amount(payment.amount, payment.currency)} to {vendor}"


def _said(state: ReviewState, entry: ReviewedTransaction) -> list[Block]:
    """Who is on it; what was asked, or answered; how much was noted and shown; who has to approve."""
    remarks = entry.remarks
    questions = [remark for remark in remarks if remark.kind is RemarkKind.QUESTION]
    parts = [claimed] if (claimed := on_payment(state, entry.transaction.ref)) else []
    if questions:
        parts.append(_asked(questions[-1], remarks))
    for kind, noun in ((RemarkKind.NOTE, "note"), (RemarkKind.EVIDENCE, "file")):
        if count := sum(remark.kind is kind for remark in remarks):
            parts.append(wording.plural(count, noun))
    if way := wording.on_its_way(entry, person):
        parts.append(way)
    return [mrkdwn(" · ".join(parts))] if parts else []


def _asked(question: Remark, remarks: tuple[Remark, ...]) -> str:
    to = person(question.to)
    if is_answered(question, remarks):
        return f"💬 {to} has answered"
    return f"❓ asked {to}, {ago(question.at)}"
