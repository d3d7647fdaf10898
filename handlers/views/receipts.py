"""What a submitter is told privately: pure."""

import html
import re
from collections.abc import Sequence

from bot.domain import text as wording
from bot.domain.names import visible
from bot.domain.review.state import ReviewState, ReviewStatus, totals
from bot.domain.submission import Draft
from bot.domain.transaction import Transaction
from handlers.views.blocks import (
    CONTEXT_TEXT,
    SECTION_TEXT,
    Block,
    actions,
    button,
    clip,
    context,
    mrkdwn,
    plain_lines,
    plain_text,
    section,
)
from handlers.views.button_value import ButtonValue

TRYING_AGAIN = "I am trying again. If the review still cannot be shown, I say so here."
SHOWN_PROBLEMS = 15
SHOWN_NOTES = 8
ESCAPED_CHANNEL = re.compile(r"&lt;#([CDG][A-Z0-9_]+)&gt;")

PrivateMessage = tuple[str, list[Block]]
"""Notification text and blocks of what one person alone sees."""

BATCH_GONE = "This batch is gone or is not yours. Nothing was submitted; please send it again."


def sentence(text: str) -> PrivateMessage:
    """One sentence; it may quote what somebody typed, so it is shown as plain text."""
    return "Countersign has a message for you", [section(plain_text(text, SECTION_TEXT))]


def notice(text: str) -> PrivateMessage:
    """One sentence of our own words, in which ``<#C...>`` is shown as the channel's name."""
    escaped = html.escape(visible(text), quote=False)
    linked = ESCAPED_CHANNEL.sub(r"<#\1>", escaped)
    return "Countersign has a message for you", [section(mrkdwn(clip(linked, SECTION_TEXT)))]


def not_shown(text: str, review_id: str) -> PrivateMessage:
    """Why a review stands in no channel, with the button that tries again once that is mended."""
    summary, blocks = notice(text)
    value = ButtonValue(review=review_id).encode()
    return summary, [*blocks, actions("not shown", button("Try again", "show_again", value))]


def receipt(state: ReviewState, notes: Sequence[str] = ()) -> PrivateMessage:
    """What was understood of a batch: count, totals by currency, how it was read, and the note it carries."""
    text = understood(state)
    with_note = [f"with the note: {state.note}"] if state.note else []
    read = [f"from {state.source}", *with_note, *(note[:200] for note in notes[:SHOWN_NOTES])]
    return text, [section(mrkdwn(f"*{text}*")), context(plain_lines(read, CONTEXT_TEXT))]


def understood(state: ReviewState) -> str:
    """One sentence made of our own words and numbers."""
    what = f"{wording.plural(state.total, 'transaction')}, {wording.totals_in_words(state.totals)}"
    then = "being assessed" if state.status is ReviewStatus.ASSESSING else "submitted before"
    return f"{state.id}: {what}. It is {then}; the card stands in <#{state.channel}>."


def draft(batch: Draft) -> PrivateMessage:
    """The bad rows by name, and one button that takes the good ones."""
    good, bad = len(batch.transactions), len(batch.problems)
    rows = wording.plural(bad, "row")
    says = f"{rows} of {batch.origin.source} could not be read, so nothing was submitted yet."
    problems = list(batch.problems[:SHOWN_PROBLEMS])
    if bad > SHOWN_PROBLEMS:
        problems.append(f"… and {bad - SHOWN_PROBLEMS:,} more.")
    blocks = [
        section(plain_text(says, 500)),
        section(plain_lines([line[:180] for line in problems], SECTION_TEXT)),
    ]
    buttons = []
    if good:
        blocks.append(context(mrkdwn(f"Readable: {_sums(batch.transactions)}")))
        label = f"Submit the {wording.plural(good, 'good row')}"
        buttons.append(button(label, "submit_good", batch.id, style="primary"))
    if bad > SHOWN_PROBLEMS:
        buttons.append(button("Show all bad rows", "bad_rows", f"{batch.id}:0"))
    if buttons:
        blocks.append(actions("draft", *buttons))
    return f"{wording.plural(bad, 'row')} could not be read; nothing was submitted yet", blocks


def _sums(transactions: tuple[Transaction, ...]) -> str:
    return (
        f"{wording.plural(len(transactions), 'transaction')}, {wording.totals_in_words(totals(transactions))}"
    )
