"""Telling a batch that was submitted before from a new one, whichever way and in whatever order it comes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.domain.submission import Draft, EarlierBatch
from bot.domain.text import plural
from bot.domain.transaction import Transaction
from bot.store import EarlierRow, ReviewStore, SubmittedRows

# From so many rows on a batch can be the same again. One or two typed payments recur as they are, such as a
# rent without a date; that three do is no coincidence. Of fewer, each equal row is flagged by its rule.
LEAST_ROWS = 3
TENTHS = 9  # of its rows that must have been submitted before
NAMED = 3  # reviews that the submitter is told of; rows of further ones are counted among the known


class SubmittedBefore(NamedTuple):
    """What is known of a batch: the reviews that hold its rows, and by reference the earlier payments."""

    earlier: tuple[EarlierBatch, ...]
    known: Mapping[int, str]


class FindSubmittedBefore:
    """Looks rows up in what was submitted."""

    def __init__(self, *, rows: SubmittedRows, reviews: ReviewStore) -> None:
        self._rows = rows
        self._reviews = reviews

    async def find(
        self, team: str, transactions: Sequence[Transaction], now: datetime
    ) -> SubmittedBefore | None:
        """Where a batch was submitted, or ``None`` where it is new: too few of its rows are known."""
        if len(transactions) < LEAST_ROWS:
            return None
        rows = await self._rows.known(team, transactions, now)
        # What was withdrawn or corrected can be submitted again, and is no batch of before.
        known = {ref: row for ref, row in rows.items() if not row.gone}
        if len(known) * 10 < len(transactions) * TENTHS:
            return None
        return SubmittedBefore(
            await self._batches(team, known), {ref: row.name for ref, row in known.items()}
        )

    async def _batches(self, team: str, known: Mapping[int, EarlierRow]) -> tuple[EarlierBatch, ...]:
        counts = Counter(row.review for row in known.values())
        batches = []
        for review, rows in counts.most_common(NAMED):
            state = await self._reviews.state(team, review)
            who = {"submitter": state.submitter, "at": state.created_at} if state else {}
            batches.append(EarlierBatch(review=review, rows=rows, **who))
        return tuple(batches)


def numbered_anew(transactions: Sequence[Transaction]) -> tuple[Transaction, ...]:
    """Some rows of a batch as a batch of their own: references from 1, everything else as it was."""
    return tuple(
        transaction.model_copy(update={"ref": ref}) for ref, transaction in enumerate(transactions, start=1)
    )


def known_in_words(draft: Draft) -> str:
    """``653 rows were submitted before, as R-DRC1Y``: our own words for the audit trail."""
    reviews = ", ".join(batch.review for batch in draft.earlier)
    rows = plural(len(draft.known), "row")
    return f"{rows} {'was' if len(draft.known) == 1 else 'were'} submitted before, as {reviews}"
