"""What a submitter is told privately: pure."""

import html
import re
from collections.abc import Sequence

from bot.domain import text as wording
from bot.domain.names import visible
from bot.domain.review.state import ReviewState, ReviewStatus, totals
from bot.domain.submission import AskedColumns, Draft, EarlierBatch, FileSubmission
from bot.domain.transaction import Transaction
from handlers.views.blocks import (
    CONTEXT_TEXT,
    SECTION_TEXT,
    Block,
    actions,
    button,
    clip,
    confirm,
    context,
    mrkdwn,
    plain_lines,
    plain_text,
    section,
)
from handlers.views.button_value import ButtonValue

TRYING_AGAIN = "I am trying again. If the review still cannot be shown, I say so here."
SHOWN_PROBLEMS = 15
MOST_KEYS = 50  # of headers, in the 2,000 characters that a button carries
CHANGE_SAYS = (
    "Files with these columns are read as somebody said before. The next one will be asked about again; what "
    "was submitted stays as it was read."
)
SHOWN_NOTES = 8
ESCAPED_CHANNEL = re.compile(r"&lt;#([CDG][A-Z0-9_]+)&gt;")

PrivateMessage = tuple[str, list[Block]]
"""Notification text and blocks of what one person alone sees."""

SUBMITTED_BEFORE = "This was submitted before; nothing was submitted yet"
NEW_ROWS = "Submit only the new rows"  # 24 characters, as many as the button of a modal may have
A_YEAR = 330  # days after which the year of a date has to be named
QUESTION_GONE = (
    "This question is settled, gone, or somebody else's. Nothing was changed. If your payments were not "
    "read, please send them again."
)
ASKED_AGAIN = (
    "The next file with these columns is asked about again. What was submitted stays as it was read."
)
BATCH_GONE = "These payments are gone or are not yours. Nothing was submitted; please send them again."


def sentence(text: str) -> PrivateMessage:
    """One sentence; it may quote what somebody typed, so it is shown as plain text."""
    return "Countersign has a message for you", [section(plain_text(text, SECTION_TEXT))]


def naming(text: str) -> PrivateMessage:
    """Sentences of our own words alone, in which people are shown by their names."""
    return "Countersign has a message for you", [section(mrkdwn(text))]


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


def receipt(state: ReviewState, notes: Sequence[str] = (), mapped: Sequence[str] = ()) -> PrivateMessage:
    """What was understood of a batch: count, totals by currency, how it was read, and the note it carries.

    ``mapped`` are the keys of headers that were read as somebody said before; a button changes that.
    """
    text = understood(state)
    with_note = [f"with the note: {state.note}"] if state.note else []
    assumed = [wording.assumed(state)] if state.assumed else []
    read = [f"from {state.source}", *with_note, *assumed, *(note[:200] for note in notes[:SHOWN_NOTES])]
    blocks = [section(mrkdwn(f"*{text}*")), context(plain_lines(read, CONTEXT_TEXT))]
    if mapped:
        sure = confirm("Ask again?", CHANGE_SAYS, "Ask again")
        keys = " ".join(mapped[:MOST_KEYS])
        blocks.append(actions("mapped", button("Change", "forget_mapping", keys, confirm=sure)))
    return text, blocks


def question(submission: FileSubmission, asked: AskedColumns) -> PrivateMessage:
    """The question about a table, with the button that opens the form."""
    what = asked.name or "the table"
    says = f"One question before I read {what}: {asked.question} Nothing was submitted yet."
    answer = button("Answer", "answer_columns", submission.id, style="primary")
    return f"One question about {visible(what)}", [
        section(plain_text(says, SECTION_TEXT)),
        actions("columns", answer),
    ]


def understood(state: ReviewState) -> str:
    """One sentence made of our own words and numbers."""
    what = f"{wording.plural(state.total, 'payment')}, {wording.totals_in_words(state.totals)}"
    then = "being assessed" if state.status is ReviewStatus.ASSESSING else "submitted before"
    return f"{state.id}: {what}. It is {then}; the card stands in <#{state.channel}>."


def draft(batch: Draft) -> PrivateMessage:
    """The bad rows by name, and what was submitted before, with the buttons that say what is taken."""
    if not batch.problems:
        choices = [*new_rows_button(batch), again_button(batch)]
        return SUBMITTED_BEFORE, [*submitted_before(batch), actions("draft", *choices)]
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
        if batch.known:
            blocks += submitted_before(batch)
            buttons += [*new_rows_button(batch), again_button(batch)]
        else:
            label = f"Submit the {wording.plural(good, 'good row')}"
            buttons.append(button(label, "submit_good", batch.id, style="primary"))
    if bad > SHOWN_PROBLEMS:
        buttons.append(button("Show all bad rows", "bad_rows", f"{batch.id}:0"))
    if buttons:
        blocks.append(actions("draft", *buttons))
    return f"{wording.plural(bad, 'row')} could not be read; nothing was submitted yet", blocks


def submitted_before(batch: Draft) -> list[Block]:
    """Who submitted the rows of a batch before, when, as which review, and what of it is new."""
    rows = len(batch.transactions)
    what = "This file is" if any(raw.name for raw in batch.inputs) else "These payments are"
    lines = [
        f"{what if place == 0 else 'Part of it is'} what {_submitted(earlier, batch)} "
        f"({earlier.rows:,} of {wording.plural(rows, 'row')})."
        for place, earlier in enumerate(batch.earlier)
    ]
    of_new = f"New: {_sums(batch.new)}" if batch.new else "No row of it is new."
    return [
        section(mrkdwn("\n".join([*lines, "Nothing was submitted yet."]))),
        context(mrkdwn(f"{of_new} Whoever submits all again has each known row flagged.")),
    ]


def _submitted(earlier: EarlierBatch, batch: Draft) -> str:
    if earlier.at is None:
        return f"was submitted as {earlier.review}"
    # A date without its year is taken for the last such day.
    year = f" {earlier.at.year}" if batch.at is None or (batch.at - earlier.at).days >= A_YEAR else ""
    return f"<@{earlier.submitter}> submitted on {earlier.at.day} {earlier.at:%B}{year} as {earlier.review}"


def new_rows_button(batch: Draft) -> list[Block]:
    """The button that takes what was not submitted before, where there is any of it."""
    return [button(NEW_ROWS, "submit_new", batch.id, style="primary")] if batch.new else []


def again_button(batch: Draft) -> Block:
    """The button that takes all rows, of which the known ones are flagged."""
    return button("Submit all again", "submit_again", batch.id)


def _sums(transactions: tuple[Transaction, ...]) -> str:
    return f"{wording.plural(len(transactions), 'payment')}, {wording.totals_in_words(totals(transactions))}"
