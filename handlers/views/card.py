"""The card of a review, made of its state alone: pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain import text as wording
from bot.domain.conversation import DecisionKind
from bot.domain.judgement import Severity
from bot.domain.money import format_amount
from bot.domain.people import Deciders
from bot.domain.policy import HumanInputMode
from bot.domain.review.amendment import Amendment
from bot.domain.review.decision import Decision
from bot.domain.review.reopening import closing_seen
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from handlers.views.blocks import (
    CONTEXT_TEXT,
    MESSAGE_CHARACTERS,
    SECTION_TEXT,
    Block,
    actions,
    approver,
    button,
    clip,
    confirm,
    context,
    encoded_length,
    header,
    mrkdwn,
    person,
    plain_lines,
    plain_text,
    section,
    when,
)
from handlers.views.button_value import ButtonValue

PAGE = 8  # payments on the card, and on each of the pages that follow it
SHOWN = (160, 80, 40, 20, 10)  # characters of a memo on a card, and how far they may shrink to fit
# How much the worst finding weighs; the middle is not said, so that the others stand out.
FLAGGED = {
    Severity.HIGH: "*Flagged, high risk:*",
    Severity.MEDIUM: "*Flagged:*",
    Severity.LOW: "*Flagged, low risk:*",
}
REPLACES = "This card replaces the one of {}, which is gone or which Slack no longer lets me change."
MARKS = {DecisionKind.APPROVED: "✅", DecisionKind.REJECTED: "⛔", DecisionKind.HELD: "⏸️"}


def pages(state: ReviewState) -> int:
    """How many pages the flagged payments fill; the card itself is the first."""
    return max(1, -(-state.flagged // PAGE))


def state_in_words(state: ReviewState) -> str:
    """The header: what this review waits for."""
    if state.status is ReviewStatus.ASSESSING:
        return f"{state.id} is being assessed ({state.judged:,} of {state.total:,})"
    if state.status is ReviewStatus.CLOSED:
        return f"{state.id} is closed"
    if state.undecided:
        return f"{state.id}: {state.undecided:,} of {wording.plural(state.total, 'payment')} need a decision"
    if state.held:
        return f"{state.id}: {state.held:,} of {wording.plural(state.total, 'payment')} on hold"
    return f"{state.id}: everything is decided"


def notification(state: ReviewState) -> str:
    """What a notification and a screen reader say; nothing typed by people is in it."""
    return f"Review {state_in_words(state)}. {wording.totals_in_words(state.totals)} in all."


def card(
    state: ReviewState,
    shown: Sequence[ReviewedTransaction],
    deciders: Deciders,
    replaces: datetime | None = None,
) -> list[Block]:
    """The review's message, for posting as for updating; ``shown`` are the first page of flagged payments,
    the riskiest first.

    These stay where they are whatever anybody looks at, lest a payment moves under an approver's finger.
    ``replaces`` is when the earlier card was posted that this one stands in for, aware UTC. Memos are cut as
    far as Slack's limit for a message makes necessary.
    """
    earlier = [] if replaces is None else [context(mrkdwn(REPLACES.format(when(replaces))))]
    for memo in SHOWN:
        blocks = _card(state, shown, deciders, memo)
        blocks[2:2] = earlier
        if encoded_length(blocks) <= MESSAGE_CHARACTERS:
            return blocks
    return blocks


def _card(
    state: ReviewState, shown: Sequence[ReviewedTransaction], deciders: Deciders, memo: int
) -> list[Block]:
    blocks = [header(state_in_words(state)), _about(state)]
    if state.note:
        blocks.append(context(mrkdwn("*Note:*"), plain_text(state.note, memo * 2)))
    if state.assumed:
        blocks.append(context(plain_text(wording.assumed(state), CONTEXT_TEXT)))
    if state.columns_said_by:
        blocks.append(context(mrkdwn(f"The columns were read as {person(state.columns_said_by)} said.")))
    if state.recommend_only:
        blocks.append(context(mrkdwn(wording.recommendation(state))))
    if state.short_past and state.status is not ReviewStatus.CLOSED:
        blocks.append(context(mrkdwn(wording.SHORT_PAST)))
    if state.status is ReviewStatus.ASSESSING and 0 < state.judged < state.total:
        blocks.append(context(mrkdwn(wording.progress(state))))
    if state.status is ReviewStatus.WAITING and state.waiting:
        blocks.append(_who_decides(deciders))
    for entry in shown:
        blocks += [{"type": "divider"}, *payment_blocks(state, entry, memo)]
    blocks.append({"type": "divider"})
    blocks.append(context(mrkdwn(_footer(state))))
    buttons = _buttons(state)
    if buttons:
        blocks.append(actions("review", *buttons))
    return blocks


def _about(state: ReviewState) -> Block:
    judged = "policy alone, no model" if state.model == "policy-only" else f"policy and model {state.model}"
    return context(
        mrkdwn(
            f"Submitted by {person(state.submitter)} · {wording.plural(state.total, 'transaction')} · "
            f"*{wording.totals_in_words(state.totals)}*"
        ),
        plain_text(f"from {state.source} · judged by {judged} · policy {state.policy_version}", 200),
    )


def _who_decides(deciders: Deciders) -> Block:
    """By whom a decision is waited for; where that is nobody, what to do about it."""
    if deciders.anyone and not deciders.stuck:
        return context(mrkdwn("Decision by any full member of this channel who did not bring these payments"))
    if not deciders.is_nobody:
        return context(mrkdwn(f"Decision by {' '.join(map(approver, deciders.named[:20]))}"))
    stuck = "all who could brought these payments, or may not act here"
    why = stuck if deciders.stuck else "the policy names nobody"
    whom = f", for example {' '.join(map(approver, deciders.others))}" if deciders.others else ""
    says = f"*Nobody may decide here:* {why}. Whoever runs Countersign can name approvers in it{whom}."
    return section(mrkdwn(says))


def payment_blocks(state: ReviewState, entry: ReviewedTransaction, memo: int = SHOWN[0]) -> list[Block]:
    """One payment with its findings, then its decision or buttons; ``memo`` is how long its memo may be."""
    payment = entry.transaction
    value = ButtonValue(state.id, str(payment.ref), state.content_token, entry.version).encode()
    details = [
        payment.memo or "",
        payment.category or "",
        payment.date.isoformat() if payment.date else "",
        f"invoice {payment.invoice}" if payment.invoice else "",
        f"account ending in {payment.account[-4:]}" if payment.account else "",
    ]
    about = " · ".join(detail for detail in details if detail)
    recommended = entry.judgement is not None and entry.judgement.recommended and not entry.reopened
    label = "*Recommended:*" if recommended else FLAGGED[wording.worst(entry)]
    amount = format_amount(payment.amount, payment.currency)
    title = f"#{payment.ref}  {amount}  to  {clip(payment.vendor, memo + 20)}"
    found = [mrkdwn(label), plain_text(wording.reasons(entry), max(memo * 2, 80))]
    # Where several wait, why this one stands where it does.
    if entry.rank and state.flagged > 1:
        found.append(plain_text(f"Ranked by: {entry.rank.in_words}", 120))
    blocks = [section(plain_lines([title, clip(about, memo)], SECTION_TEXT)), context(*found)]
    if entry.amended:
        blocks.append(corrected(entry, memo))
    if entry.withdrawal:
        blocks.append(withdrawn(entry.withdrawal))
    elif entry.decision:
        blocks.append(decided(entry.decision, memo))
    if entry.not_approved:
        blocks.append(context(mrkdwn("*Not approved*: the review was closed before a decision.")))
    elif entry.open and not entry.rejudging and state.status is ReviewStatus.WAITING:
        blocks.append(
            actions(
                f"transaction {payment.ref}",
                button("Approve", "approve", value, style="primary"),
                button("Reject", "reject", value, style="danger"),
                *([] if entry.held else [button("Hold", "hold", value)]),
            )
        )
    return blocks


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
    kind = wording.decided_as(decision.kind).capitalize()
    words = f"{MARKS[decision.kind]} *{kind}* by {person(decision.by)}"
    line = mrkdwn(f"{words} · {when(decision.at)}")
    return context(line, plain_text(decision.reason, limit)) if decision.reason else context(line)


def _footer(state: ReviewState) -> str:
    parts = [f"{state.routine:,} approved automatically"]
    left = (state.held, "on hold")
    if state.status is ReviewStatus.CLOSED:
        left = (state.waiting, "not approved")
    for count, word in (
        (state.approved, "approved"),
        (state.rejected, "rejected"),
        (state.withdrawn, "withdrawn"),
        left,
    ):
        if count:
            parts.append(f"{count:,} {word}")
    if state.unassessed:
        parts.append(f"{state.unassessed:,} not assessed by the model, so left to you")
    if state.prompt_tokens:
        cost = "" if state.cost is None else f", cost {state.cost:f}"
        parts.append(f"{state.prompt_tokens:,} + {state.completion_tokens:,} tokens{cost}")
    if pages(state) > 1:
        parts.append(f"here are the {PAGE} riskiest of {state.flagged:,}")
    if state.status is ReviewStatus.WAITING and state.mode is not HumanInputMode.NEVER:
        parts.append("reply in the thread in words, or press a button")
    return " · ".join(parts)


def _buttons(state: ReviewState) -> list[Block]:
    whole = ButtonValue(review=state.id, content_token=state.whole_token).encode()
    buttons: list[Block] = []
    if state.status is ReviewStatus.WAITING and state.recommended:
        buttons.append(_approve_recommended(state, whole))
    if state.status is ReviewStatus.WAITING and state.undecided:
        buttons += [
            button("Approve all", "approve_all", whole, style="primary"),
            button("Reject all", "reject_all", whole, style="danger"),
        ]
    if state.flagged:
        buttons.append(button("Open my desk", "open_desk", whole))
    if state.status is not ReviewStatus.ASSESSING:
        buttons.append(button("Show everything", "everything", whole))
    if state.status is ReviewStatus.WAITING:
        buttons.append(button("Close review", "exit", whole))
    if state.status is ReviewStatus.CLOSED:
        buttons.append(reopen_button(state))
    return buttons


def reopen_button(state: ReviewState) -> Block:
    """Opens a closed review again, as long as it may be; it carries which closing the card shows."""
    value = ButtonValue(state.id, closing_seen(state), state.content_token).encode()
    return button("Reopen", "reopen", value)


def _approve_recommended(state: ReviewState, value: str) -> Block:
    what = wording.plural(state.recommended, "payment")
    sure = confirm(
        "Approve recommended",
        f"Approve {what} of {state.id} in which nothing was found, on every page of this card?",
        "Approve",
    )
    text = f"Approve recommended ({state.recommended:,})"
    return button(text, "approve_recommended", value, style="primary", confirm=sure)
