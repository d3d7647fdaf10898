"""The message that sums a review up: posted once, and updated when anything changes afterwards. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from bot.domain import text as wording
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from handlers.views.blocks import (
    MESSAGE_CHARACTERS,
    SECTION_TEXT,
    Block,
    context,
    encoded_length,
    mrkdwn,
    person,
    plain_lines,
    plain_sections,
    plain_text,
    section,
)

CELL = 120
LINE = 200  # characters of a payment's line, with the reason
Sums = Mapping[str, Decimal] | None


def summary_message(state: ReviewState, entries: Sequence[ReviewedTransaction]) -> tuple[str, list[Block]]:
    """Notification text and blocks: what came of the review, in counts and sums, then what was not approved.

    ``entries`` are flagged payments, of which those are named that were rejected, or stay on hold, undecided
    or withdrawn.
    """
    named = [entry for entry in entries if entry.flagged and not (entry.decided and _is_approved(entry))]
    for most in (wording.LISTED, 10, 5, 0):
        blocks = [
            context(mrkdwn(f"For {person(state.submitter)}")),
            *plain_sections(wording.outcome_now(state).split("\n"), SECTION_TEXT),
            _table(state),
        ]
        if stood_in := _stood_in(entries):
            blocks.append(context(mrkdwn(stood_in)))
        if lines := [_line(entry) for entry in named[:most]]:
            blocks.append(section(plain_lines(lines, SECTION_TEXT)))
        if len(named) > most:
            blocks.append(context(mrkdwn(f"… and {len(named) - most:,} more: press *Download* on the card.")))
        if encoded_length(blocks) <= MESSAGE_CHARACTERS:
            break
    return wording.counts(state), blocks


def _stood_in(entries: Sequence[ReviewedTransaction]) -> str:
    """Who decided for somebody who was away, and how many payments; empty where nobody did."""
    counts: dict[str, int] = {}
    for entry in entries:
        if entry.decision and entry.decision.whose:
            name = wording.who(entry.decision.by, entry.decision.whose, person)
            counts[name] = counts.get(name, 0) + 1
    said = [f"{name} ({wording.plural(count, 'payment')})" for name, count in counts.items()]
    return f"Decided by {', '.join(said[:5])}" if said else ""


def _is_approved(entry: ReviewedTransaction) -> bool:
    return entry.decision is not None and entry.decision.kind.value == "approved"


def _line(entry: ReviewedTransaction) -> str:
    line = f"{wording.one_line(entry)}: {wording.outcome_of(entry)}"
    return line if len(line) <= LINE else f"{line[: LINE - 1]}…"


def _table(state: ReviewState) -> Block:
    """A row for each outcome, with number and sums by currency; all together as they were submitted."""
    sums, closed = state.sums, state.status is ReviewStatus.CLOSED
    known = bool(sums) or not state.flagged
    outcomes: list[tuple[str, int, Sums]] = [
        ("Automatic", state.routine, state.routine_sums),
        ("Approved", state.approved, sums.get("approved")),
        ("Rejected", state.rejected, sums.get("rejected")),
    ]
    if closed:
        outcomes.append(("Not approved", state.waiting, state.waiting_sums))
    else:
        outcomes.append(("On hold", state.held, sums.get("held")))
        outcomes.append(("Undecided", state.undecided, sums.get("undecided")))
    outcomes.append(("Withdrawn", state.withdrawn, sums.get("withdrawn")))
    rows = [_row("Outcome", "Payments", "Sum")]
    rows += [
        _row(name, f"{count:,}", wording.totals_in_words(of) if of and known else "")
        for name, count, of in outcomes
        if count
    ]
    rows.append(_row("Submitted", f"{state.total:,}", wording.totals_in_words(state.totals)))
    settings = [{"is_wrapped": True}, {"align": "right"}, {"is_wrapped": True}]
    return {"type": "table", "rows": rows, "column_settings": settings}


def _unbroken(sums: str) -> str:
    """The sums with no space at which a line could end between a currency and its amount."""
    return " + ".join(one.replace(" ", "\N{NO-BREAK SPACE}") for one in sums.split(" + "))


def _row(outcome: str, count: str, sums: str) -> list[Block]:
    *first, last = (plain_text(cell, CELL)["text"] for cell in (outcome, count, sums))
    return [{"type": "raw_text", "text": text} for text in (*first, _unbroken(last))]
