"""What this process knows of the reviews it stepped on last, so that a click need not read them again.

Nothing of it is believed: a step that is made of it is taken only where the review's version still stands
in Redis, and an answer that changes nothing is never given from here.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.domain.audit.entry import AuditEntry
from bot.domain.review.state import ReviewState

MOST_ENTRIES = 1_000  # audit entries of all reviews together; one of 25 payments takes some 25 KB


@dataclass(slots=True)
class KnownReview:
    """One review as it was last read or written.

    ``refs`` are the payments whose findings, decisions and remarks are known; ``findings``, ``decisions`` and
    ``remarks`` say at which places of the audit trail, counted from 0, each stands, and ``entries`` are the
    trail's entries by place, as far as they were read.
    """

    state: ReviewState
    refs: set[int] = field(default_factory=set)
    findings: dict[int, int] = field(default_factory=dict)
    decisions: dict[int, int] = field(default_factory=dict)
    entries: dict[int, AuditEntry] = field(default_factory=dict)
    remarks: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def stands_with(self, state: ReviewState) -> bool:
        """Whether what is known was read of this very version; after a restore its number may come again."""
        return (self.state.version, self.state.stamp) == (state.version, state.stamp)

    @property
    def size(self) -> int:
        """The room it takes, in audit entries; one of which no entry was read takes some too."""
        return max(1, len(self.entries))


class RecentReviews:
    """A bounded number of known reviews; the one that was not used for longest goes first."""

    def __init__(self, most_entries: int = MOST_ENTRIES) -> None:
        self._most = most_entries
        self._known: OrderedDict[tuple[str, str], KnownReview] = OrderedDict()
        self._size = 0

    def about(self, team: str, review_id: str, refs: Iterable[int]) -> KnownReview | None:
        """A review of which all these payments are known, or ``None``."""
        known = self._known.get((team, review_id))
        if known is None or not known.refs.issuperset(refs):
            return None
        self._known.move_to_end((team, review_id))
        return known

    def learn(self, known: KnownReview) -> None:
        """Keep what was just read; of one version it adds to what is known, any other replaces it."""
        key = known.state.team, known.state.id
        before = self._known.get(key)
        if before is not None and before.stands_with(known.state):
            known.refs |= before.refs
            known.findings |= before.findings
            known.decisions |= before.decisions
            known.entries |= before.entries
            known.remarks |= before.remarks
        self.forget(*key)
        if known.size <= self._most:
            self._known[key] = known
            self._size += known.size
        self._make_room()

    def forget(self, team: str, review_id: str) -> None:
        """Read this review again the next time."""
        known = self._known.pop((team, review_id), None)
        self._size -= known.size if known else 0

    def stepped(
        self,
        before: ReviewState,
        after: ReviewState,
        *,
        entries: dict[int, AuditEntry],
        decisions: dict[int, int],
        undone: Iterable[int],
        judged: bool,
        remarks: Iterable[tuple[int, int]] = (),
    ) -> None:
        """A step made of ``before`` was taken: what it wrote is known too.

        ``judged``: it wrote findings. ``remarks`` are pairs of a reference and the place of a remark on it.
        """
        known = self._known.get((after.team, after.id))
        if known is None:
            return
        if judged or not known.stands_with(before):
            self.forget(after.team, after.id)
            return
        size = known.size
        known.state = after
        known.decisions |= decisions
        for ref in undone:
            known.decisions.pop(ref, None)
        known.entries |= {place: entries[place] for place in decisions.values()}
        for ref, place in remarks:
            if ref in known.refs:
                known.remarks[ref] = (*known.remarks.get(ref, ()), place)
                known.entries[place] = entries[place]
        self._size += known.size - size
        self._make_room()

    def _make_room(self) -> None:
        while self._size > self._most:
            _, oldest = self._known.popitem(last=False)
            self._size -= oldest.size
