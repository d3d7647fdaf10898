"""What the judges look at: requests with all their deliveries, beside what is stored and shown."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from bot.domain.audit.entry import AuditEntry
from tests.chaos.model import Call
from tests.chaos.records import Delivered, Records, part_of
from tests.chaos.stored import Stored
from tests.chaos.wishes import Aim, Json, Thread, Wish, meant

PROPOSED = "I understood: "
END = datetime.max.replace(tzinfo=UTC)


class Wrong(StrEnum):
    """What can be wrong, in the words of the line of figures."""

    LOST = "lost"
    DOUBLED = "doubled"
    UNASKED = "unasked"
    UNTOLD = "untold"
    MISCOUNTED = "miscounted"
    POSTED_TWICE = "posted twice"
    UNSHOWN = "unshown"
    OUT_OF_ORDER = "out of order"
    STALE_CARD = "stale cards"
    WENT_BACK = "gone back"
    BROKEN_CHAIN = "broken chains"
    PAID_TWICE = "paid twice"
    TOO_FEW = "too few eyes"
    STUCK = "stuck"
    REMINDED = "wrongly reminded"
    OUTBOX = "outbox"
    DEAD_LETTER = "dead letters"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and exactly where."""

    wrong: Wrong
    review: str
    words: str


@dataclass(frozen=True, slots=True)
class Request:
    """One wish with every attempt to deliver it, in order."""

    wish: Wish
    tries: tuple[Delivered, ...]

    @property
    def first_sent(self) -> float:
        return min(one.sent for one in self.tries)

    @property
    def last_done(self) -> float:
        return max(one.done for one in self.tries)

    @property
    def acked(self) -> float | None:
        """When it was acknowledged first, if it was."""
        return min((one.done for one in self.tries if one.acked), default=None)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of it.

    ``absences`` is what people said of theirs, and ``causes`` for how many different causes each was, or is,
    to be reminded. ``jumps`` is when the run's clock was put forward, ``ended`` what it showed in the end,
    and ``machine`` says of a time of that clock when that was by the machine's.
    """

    approvers: Sequence[str]
    stored: dict[str, Stored]
    messages: Sequence[Json]
    records: Records
    calls: Sequence[Call]
    absences: Sequence[AuditEntry] = ()
    causes: Mapping[str, int] = field(default_factory=dict)
    jumps: Sequence[float] = ()
    ended: datetime = END
    machine: Callable[[datetime], float] = datetime.timestamp

    def requests(self) -> dict[str, list[Request]]:
        """By review; what belongs to none, such as commands, stands under the empty name."""
        tries: dict[str, list[Delivered]] = defaultdict(list)
        for one in self.records.delivered:
            tries[one.wish.name].append(one)
        threads = reviews_of_threads(self.messages)
        found: dict[str, list[Request]] = defaultdict(list)
        for same in tries.values():
            wish = self._resolved(same[0].wish, threads, same)
            found[wish.review].append(Request(wish, tuple(sorted(same, key=lambda one: one.sent))))
        return found

    def _resolved(self, wish: Wish, threads: dict[Thread, str], tries: Sequence[Delivered]) -> Wish:
        """A reply belongs to the review of its thread; a confirmation asks for what was proposed."""
        if wish.thread is not None:
            return replace(wish, review=threads.get(wish.thread, ""))
        if wish.words.partition(":")[0].endswith(" many") and wish.review in self.stored:
            # The page names only some; of its heap, what they decided so then for one of these reasons.
            # Who sends a form again may give another reason, and may give the same on a later page.
            reasons = {one.wish.words.partition(": ")[2] for one in tries}
            last = min((one.done for one in tries if one.acked), default=END.timestamp())
            stored = self.stored[wish.review]
            heap = {
                ref
                for ref, one in stored.decisions.items()
                if one.by == wish.user and one.reason in reasons and stored.when(one.at) <= last
            }
            return replace(wish, refs=tuple(sorted({*(wish.refs or ()), *heap})))
        if wish.aim is not Aim.CONFIRM or wish.review not in self.stored:
            return wish
        proposed = next(
            (turn.text for turn in self.stored[wish.review].turns if turn.proposal == wish.item), ""
        )
        aim, refs = meant(proposed.removeprefix(PROPOSED).rstrip("."))
        return replace(wish, refs=refs) if aim is Aim.APPROVE else wish

    def may_decide(self, user: str, review: str) -> bool:
        return user in self.approvers and user != self.stored[review].state.submitter

    def jumped(self, first: float, last: float) -> bool:
        """Whether the clock was put forward in that time; what Slack lets people do for a while ends then."""
        return any(first <= jump <= last for jump in self.jumps)

    def waiting_since(self) -> dict[str, float]:
        """When each card was first seen to wait for people: from then on every request counts."""
        found: dict[str, float] = {}
        for card in self.records.cards:
            if card.steps[0] > 0:
                found.setdefault(card.review, card.at)
        return found


def reviews_of_threads(messages: Iterable[Json]) -> dict[Thread, str]:
    """Which review each thread is about, by the card that it hangs on."""
    return {
        (message["channel"], message["ts"]): part_of(message)["review"]
        for message in messages
        if part_of(message).get("part") == "card"
    }
