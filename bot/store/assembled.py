"""A review put together from what was read of it: its state, and the entries of its audit trail."""

from collections.abc import Iterable, Mapping

from bot.domain.review import audit_entries
from bot.domain.review.ranking import Rank
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.store import codec
from bot.store.recent import KnownReview
from bot.store.scripts.load import StoredReview
from bot.store.trail_lines import line_of


def known_review(stored: StoredReview) -> KnownReview | None:
    """What a script read of a review; ``None`` where there is none. Raises ``ValueError`` if unreadable."""
    if not stored.fields:
        return None
    return KnownReview(
        codec.state_of(stored.fields),
        set(stored.refs),
        dict(stored.findings),
        dict(stored.decisions),
        {place: line_of(0, line).entry for place, line in stored.lines.items()},
        dict(stored.remarks),
    )


def review_of(known: KnownReview, named: set[int]) -> Review:
    """A review from what is known of it, with the named payments as far as they were read."""
    entries: dict[int, ReviewedTransaction] = {}
    places = audit_entries.places_of_rows(named)
    read = (known.entries[place] for place in places if place in known.entries)
    for row in (row for entry in read for row in audit_entries.rows_in(entry, named)):
        findings_at, decision_at = known.findings.get(row.ref), known.decisions.get(row.ref)
        entries[row.ref] = codec.reviewed_transaction(
            row,
            known.state,
            None if findings_at is None else known.entries[findings_at],
            None if decision_at is None else known.entries[decision_at],
            0 if decision_at is None else decision_at + 1,
            {place + 1: known.entries[place] for place in known.remarks.get(row.ref, ())},
        )
    return Review(known.state, entries)


def in_card_order(
    entries: Mapping[int, ReviewedTransaction], refs: Iterable[int], ranks: Iterable[Rank]
) -> dict[int, ReviewedTransaction]:
    """The payments in the order of ``refs``, as far as they were read, each with its rank if any."""
    rank_by_ref = {rank.ref: rank for rank in ranks}
    return {
        ref: entries[ref].model_copy(update={"rank": rank_by_ref.get(ref)}) for ref in refs if ref in entries
    }
