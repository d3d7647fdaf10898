"""The direct messages to whoever submitted payments: pure."""

from collections.abc import Iterable, Sequence

from bot.domain import text as wording
from bot.domain.conversation import DecisionKind
from bot.domain.review.remarks import RemarkKind, is_answered
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState
from bot.domain.text import submitter as words
from bot.domain.text.routes import who
from handlers.views.blocks import (
    MESSAGE_CHARACTERS,
    SECTION_TEXT,
    Block,
    actions,
    button,
    clip,
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
from handlers.views.my_payments import MY_PAYMENTS
from handlers.views.nudging import nudge_buttons
from handlers.views.receipts import PrivateMessage

OPEN_CARD = "open_card"
NAMED = 10  # payments of each kind that a message names; more are counted
LINES = (120, 60, 30)  # characters of a line, and how far they may shrink to fit


def standing_message(state: ReviewState, flagged: Sequence[ReviewedTransaction], link: str) -> PrivateMessage:
    """How the payments of a review stand; ``flagged`` are those that were flagged, as far as they are known.

    ``link`` is the address of the card, empty where its reader may not see it.
    """
    text = f"{state.id}: {words.received(state)}. {wording.outcomes(state)}."
    for limit in LINES:
        blocks = _standing(state, flagged, link, limit)
        if encoded_length(blocks) <= MESSAGE_CHARACTERS:
            break
    return text, blocks


def _standing(
    state: ReviewState, flagged: Sequence[ReviewedTransaction], link: str, limit: int
) -> list[Block]:
    blocks = [
        header(f"Your payments, {state.id}"),
        section(mrkdwn(f"Received: *{words.received(state)}*")),
        context(plain_text(f"from {state.source} · {when(state.created_at)}", 200)),
    ]
    if state.flagged:
        blocks.append(section(mrkdwn(f"*{wording.outcomes(state)}*")))
        for title, entries in _groups(flagged):
            blocks += _group(title, entries, limit)
    else:
        blocks.append(section(mrkdwn("*All were approved automatically.*")))
    mine = button("My payments", MY_PAYMENTS, ButtonValue(review=state.id).encode())
    card = [button("Open the card", OPEN_CARD, state.id) | {"url": link}] if link else []
    return [*blocks, actions("submitter", mine, *nudge_buttons(state), *card)]


def end_message(state: ReviewState, flagged: Sequence[ReviewedTransaction]) -> PrivateMessage:
    """That all is decided, with what was rejected and not approved."""
    sentence = words.end(state)
    blocks = [section(mrkdwn(f"*{sentence}*"))]
    for title, entries in _groups(flagged):
        if title in (REJECTED, NOT_APPROVED):
            blocks += _group(title, entries, LINES[1])
    return sentence, blocks


REJECTED, NOT_APPROVED = "⛔ *Rejected*", "*Not approved*"


def _groups(flagged: Iterable[ReviewedTransaction]) -> list[tuple[str, list[ReviewedTransaction]]]:
    """What people want to hear of by name, each kind under its title; without what is empty."""
    named: dict[str, list[ReviewedTransaction]] = {
        REJECTED: [],
        "⏸️ *On hold*": [],
        NOT_APPROVED: [],
        "↩️ *Withdrawn*": [],
        "*Needs a decision*": [],
    }
    rejected, held, not_approved, withdrawn, undecided = named.values()
    for entry in flagged:
        if entry.withdrawn:
            withdrawn.append(entry)
        elif entry.not_approved:
            not_approved.append(entry)
        elif entry.held:
            held.append(entry)
        elif entry.undecided:
            undecided.append(entry)
        elif entry.decision and entry.decision.kind is DecisionKind.REJECTED:
            rejected.append(entry)
    return [(title, entries) for title, entries in named.items() if entries]


def _group(title: str, entries: Sequence[ReviewedTransaction], limit: int) -> list[Block]:
    """The payments of one kind, each with the reason and by whom it was decided or held."""
    lines = [clip(_line(entry), limit) for entry in entries[:NAMED]]
    if len(entries) > NAMED:
        lines.append(f"… and {len(entries) - NAMED:,} more.")
    # That a payment was not approved is nobody's decision, though somebody may have put it on hold.
    people = dict.fromkeys(
        who(entry.decision.by, entry.decision.whose, person)
        for entry in entries
        if entry.decision and not entry.not_approved
    )
    by = f" by {', '.join(list(people)[:5])}" if people else ""
    return [context(mrkdwn(f"{title}{by}")), section(plain_lines(lines, SECTION_TEXT))]


def _line(entry: ReviewedTransaction) -> str:
    """A payment with the reason for how it stands, and the last question about it that has no answer."""
    reason = f": {entry.decision.reason}" if entry.decision and entry.decision.reason else ""
    asked = [
        remark.text
        for remark in entry.remarks
        if remark.kind is RemarkKind.QUESTION and entry.open and not is_answered(remark, entry.remarks)
    ]
    question = f" · you are asked: {asked[-1]}" if asked else ""
    return f"{wording.one_line(entry)}{reason}{question}"
