"""What a process remembers of reviews: bounded, of one version, and never more than it read."""

from datetime import UTC, datetime
from decimal import Decimal

from bot.domain.audit.entry import AuditEntry
from bot.domain.policy import HumanInputMode
from bot.domain.review.state import ReviewState
from bot.store.recent import KnownReview, RecentReviews

NOW = datetime(2026, 11, 22, 12, 4, tzinfo=UTC)
ENTRY = AuditEntry(event="x", actor="y", at=NOW)


def state(name: str = "R-00001", version: int = 1, stamp: str = "a") -> ReviewState:
    return ReviewState(
        team="T1",
        id=name,
        request="one",
        channel="C1",
        submitter="U_ANA",
        created_at=NOW,
        source="text",
        mode=HumanInputMode.ALWAYS,
        policy_version="p1",
        model="policy-only",
        digest="d" * 64,
        total=3,
        totals={"USD": Decimal(3)},
        version=version,
        stamp=stamp,
    )


def known(refs: set[int], **of: object) -> KnownReview:
    return KnownReview(state().but(**of), refs, {}, {}, {min(refs): ENTRY})


def test_what_was_read_of_one_version_adds_up() -> None:
    recent = RecentReviews()
    recent.learn(known({1}))
    recent.learn(known({2}))
    both = recent.about("T1", "R-00001", (1, 2))
    assert both is not None
    assert (both.refs, set(both.entries)) == ({1, 2}, {1, 2})
    assert recent.about("T1", "R-00001", (3,)) is None
    assert recent.about("T2", "R-00001", ()) is None


def test_another_version_or_another_step_under_the_same_number_replaces_it() -> None:
    for other in ({"version": 2}, {"stamp": "b"}):
        recent = RecentReviews()
        recent.learn(known({1}))
        recent.learn(known({2}, **other))
        assert recent.about("T1", "R-00001", (1,)) is None
        assert recent.about("T1", "R-00001", (2,)) is not None


def test_a_step_that_was_made_of_something_else_leaves_nothing_known() -> None:
    recent = RecentReviews()
    recent.learn(known({1}))
    recent.stepped(state(version=2), state(version=3), entries={}, decisions={}, undone=(), judged=False)
    assert recent.about("T1", "R-00001", ()) is None


def test_the_one_that_was_not_used_for_longest_goes_first() -> None:
    recent = RecentReviews(most_entries=2)
    for name in ("R-00001", "R-00002"):
        recent.learn(known({1}, id=name))
    assert recent.about("T1", "R-00001", (1,)) is not None
    recent.learn(known({1}, id="R-00003"))
    assert recent.about("T1", "R-00002", ()) is None
    assert recent.about("T1", "R-00001", ()) is not None
    assert recent.about("T1", "R-00003", ()) is not None


def test_reviews_of_which_no_entry_was_read_take_room_too() -> None:
    recent = RecentReviews(most_entries=2)
    for number in range(1, 4):
        recent.learn(KnownReview(state(f"R-0000{number}")))
    kept = [recent.about("T1", f"R-0000{number}", ()) is not None for number in range(1, 4)]
    assert kept == [False, True, True]


def test_what_a_step_adds_takes_room_once() -> None:
    recent = RecentReviews(most_entries=3)
    recent.learn(known({1}, id="R-00001"))
    recent.learn(known({1}, id="R-00002"))
    for version in (2, 3):  # an entry that is known already adds nothing
        before, after = (state("R-00002", version=of) for of in (version - 1, version))
        recent.stepped(before, after, entries={5: ENTRY}, decisions={2: 5}, undone=(), judged=False)
        assert all(recent.about("T1", name, (1,)) for name in ("R-00001", "R-00002"))
    before, after = state("R-00002", version=3), state("R-00002", version=4)
    recent.stepped(before, after, entries={6: ENTRY}, decisions={3: 6}, undone=(), judged=False)
    assert recent.about("T1", "R-00001", ()) is None
    assert recent.about("T1", "R-00002", (1,)) is not None
