"""From a review to its card: pure, and the same for posting and for updating."""

from collections.abc import Sequence

from bot.domain import wording
from bot.domain.conversation import DecisionKind
from bot.domain.judgement import Severity
from bot.domain.money import format_amount
from bot.domain.policy import HumanInputMode
from bot.domain.state import (
    Decision,
    Entry,
    Head,
    Status,
)
from handlers.blocks import (
    CONTEXT_TEXT,
    MESSAGE_CHARACTERS,
    SECTION_TEXT,
    Block,
    actions,
    button,
    clip,
    confirm,
    context,
    header,
    ours,
    person,
    section,
    their_lines,
    theirs,
    weight,
    when,
)
from handlers.payloads import ButtonValue

PAGE = 8  # transactions on a page of the card
SHOWN = (160, 80, 40, 20, 10)  # characters of a memo on a card, and how far they may shrink to fit
# How much the worst finding weighs; the middle is not said, so that the others stand out.
FLAGGED = {
    Severity.HIGH: "*Flagged, high risk:*",
    Severity.MEDIUM: "*Flagged:*",
    Severity.LOW: "*Flagged, low risk:*",
}
MARKS = {DecisionKind.APPROVED: "✅", DecisionKind.REJECTED: "⛔", DecisionKind.HELD: "⏸️"}


def pages(head: Head) -> int:
    """How many pages the card has."""
    return max(1, -(-head.flagged // PAGE))


def page_of(head: Head) -> int:
    """The page that is shown, counted from 0; never one that is not there."""
    return min(head.page, pages(head) - 1)


def state_in_words(head: Head) -> str:
    """The header: what this review waits for."""
    if head.status is Status.ASSESSING:
        return f"{head.id} is being assessed ({head.judged:,} of {head.total:,})"
    if head.status is Status.CLOSED:
        return f"{head.id} is closed"
    if head.undecided:
        return f"{head.id}: {head.undecided:,} of {wording.plural(head.total, 'payment')} need a decision"
    return f"{head.id}: everything is decided"


def notification(head: Head) -> str:
    """What a notification and a screen reader say; nothing typed by people is in it."""
    return f"Review {state_in_words(head)}. {wording.totals_in_words(head.totals)} in all."


def card(head: Head, shown: Sequence[Entry], approvers: Sequence[str]) -> list[Block]:
    """The review's message; ``shown`` are the flagged transactions of the page that is open."""
    for memo in SHOWN:
        blocks = _card(head, shown, approvers, memo)
        if weight(blocks) <= MESSAGE_CHARACTERS:
            return blocks
    return blocks


def _card(head: Head, shown: Sequence[Entry], approvers: Sequence[str], memo: int) -> list[Block]:
    blocks = [header(state_in_words(head)), _about(head)]
    if head.note:
        blocks.append(context(ours("*Note:*"), theirs(head.note, memo * 2)))
    if head.recommend_only:
        blocks.append(context(ours(wording.recommendation(head))))
    if head.status is Status.ASSESSING and 0 < head.judged < head.total:
        blocks.append(context(ours(wording.progress(head))))
    open_ = head.status is Status.WAITING
    if open_ and head.undecided and approvers:
        names = " ".join(person(user) for user in approvers[:20])
        blocks.append(context(ours(f"Decision by {names}")))
    for entry in shown:
        blocks += [{"type": "divider"}, *_transaction(head, entry, memo, open_)]
    blocks.append({"type": "divider"})
    blocks.append(context(ours(_footer(head))))
    buttons = _buttons(head)
    if buttons:
        blocks.append(actions("review", *buttons))
    return blocks


def _about(head: Head) -> Block:
    judged = "policy alone, no model" if head.model == "policy-only" else f"policy and model {head.model}"
    return context(
        ours(
            f"Submitted by {person(head.submitter)} · {wording.plural(head.total, 'transaction')} · "
            f"*{wording.totals_in_words(head.totals)}*"
        ),
        theirs(f"from {head.source} · judged by {judged} · policy {head.policy_version}", 200),
    )


def _transaction(head: Head, entry: Entry, memo: int, open_: bool) -> list[Block]:
    one = entry.transaction
    value = ButtonValue(review=head.id, item=str(one.ref), seen=head.seen).encode()
    details = [
        one.memo or "",
        one.category or "",
        one.date.isoformat() if one.date else "",
        f"invoice {one.invoice}" if one.invoice else "",
        f"account ending in {one.account[-4:]}" if one.account else "",
    ]
    about = " · ".join(detail for detail in details if detail)
    recommended = entry.judgement is not None and entry.judgement.recommended and not entry.reopened
    label = "*Recommended:*" if recommended else FLAGGED[wording.worst(entry)]
    amount = format_amount(one.amount, one.currency)
    title = f"#{one.ref}  {amount}  to  {clip(one.vendor, memo + 20)}"
    blocks = [
        section(their_lines([title, clip(about, memo)], SECTION_TEXT)),
        context(ours(label), theirs(wording.reasons(entry), max(memo * 2, 80))),
    ]
    if entry.decision:
        blocks.append(decided(entry.decision, memo))
    elif open_:
        blocks.append(
            actions(
                f"transaction {one.ref}",
                button("Approve", "approve", value, style="primary"),
                button("Reject", "reject", value, style="danger"),
                button("Hold", "hold", value),
            )
        )
    return blocks


def decided(decision: Decision, limit: int = CONTEXT_TEXT) -> Block:
    """Who, what, when, and why."""
    words = f"{MARKS[decision.kind]} *{decision.kind.value.capitalize()}* by {person(decision.by)}"
    line = ours(f"{words} · {when(decision.at)}")
    return context(line, theirs(decision.reason, limit)) if decision.reason else context(line)


def _footer(head: Head) -> str:
    parts = [f"{head.routine:,} approved automatically"]
    for count, word in ((head.approved, "approved"), (head.rejected, "rejected"), (head.held, "held")):
        if count:
            parts.append(f"{count:,} {word}")
    if head.unassessed:
        parts.append(f"{head.unassessed:,} not assessed by the model, so left to you")
    if head.prompt_tokens:
        cost = "" if head.cost is None else f", cost {head.cost:f}"
        parts.append(f"{head.prompt_tokens:,} + {head.completion_tokens:,} tokens{cost}")
    if pages(head) > 1:
        parts.append(f"page {page_of(head) + 1} of {pages(head)}")
    if head.status is Status.WAITING and head.mode is not HumanInputMode.NEVER:
        parts.append("reply in the thread in words, or press a button")
    return " · ".join(parts)


def _buttons(head: Head) -> list[Block]:
    whole = ButtonValue(review=head.id, seen=head.seen).encode()
    buttons: list[Block] = []
    if head.status is Status.WAITING and head.recommended:
        buttons.append(_approve_recommended(head, whole))
    if head.status is Status.WAITING and head.undecided:
        buttons += [_approve_all(head, whole), _reject_all(head, whole)]
    page = page_of(head)
    for text, to in (("Previous page", page - 1), ("Next page", page + 1)):
        if 0 <= to < pages(head):
            value = ButtonValue(review=head.id, item=str(to), seen=head.seen).encode()
            buttons.append(button(text, f"page_{text.split()[0].lower()}", value))
    if head.status is not Status.ASSESSING:
        buttons.append(button("Show everything", "everything", whole))
    if head.status is Status.WAITING:
        undecided = f"{wording.plural(head.undecided, 'undecided payment')} will be held. " * bool(
            head.undecided
        )
        sure = confirm(
            "Exit", f"{undecided}The review ends.", "Exit", "danger" if head.undecided else "primary"
        )
        buttons.append(button("Exit", "exit", whole, confirm=sure))
    return buttons


def _approve_recommended(head: Head, value: str) -> Block:
    what = wording.plural(head.recommended, "payment")
    sure = confirm(
        "Approve recommended",
        f"Approve {what} of {head.id} in which nothing was found, on every page of this card?",
        "Approve",
    )
    text = f"Approve recommended ({head.recommended:,})"
    return button(text, "approve_recommended", value, style="primary", confirm=sure)


def _approve_all(head: Head, value: str) -> Block:
    what = wording.plural(head.undecided, "undecided payment")
    sure = confirm("Approve all", f"Approve {what} of {head.id}, on every page of this card?", "Approve all")
    return button("Approve all", "approve_all", value, style="primary", confirm=sure)


def _reject_all(head: Head, value: str) -> Block:
    what = wording.plural(head.undecided, "undecided payment")
    sure = confirm(
        "Reject all", f"Reject {what} of {head.id}, on every page of this card?", "Reject all", "danger"
    )
    return button("Reject all", "reject_all", value, style="danger", confirm=sure)
