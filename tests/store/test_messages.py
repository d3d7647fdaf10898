"""What publishers note of Slack: read as it was written, replaced by one of them, read in one go."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.conversation import DecisionKind
from bot.intake import read_text
from bot.store import (
    CardIntent,
    MessageStore,
    PostedCard,
    PostedMessages,
    PostedThread,
    RoundEnd,
    TurnsIntent,
)
from bot.store.keys import ReviewKeys
from bot.store.posted import posted_of
from tests.store.audited import assess, decide, origin, served
from tests.wired import TEAM, Wired

SINCE = datetime(2026, 11, 28, 12, 4, 5, 678901, tzinfo=UTC)
POSTED = PostedMessages(
    card=PostedCard(ts="1764000000.000100", content="0123456789abcdef"),
    thread=PostedThread(turn=3, last_ts="1764000000.000300", intent=TurnsIntent(last=5, since=SINCE)),
    proposals={"p1": "1764000000.000200", "p2": "1764000000.000300"},
    version=7,
    told_error="is_archived",
    told_short="controllers @U_DOV",
)


@pytest.fixture
async def wired(tmp_path: Path) -> AsyncIterator[Wired]:
    async with served(tmp_path) as (service, _):
        yield service


@pytest.fixture
def store(wired: Wired) -> MessageStore:
    return wired.stores.messages


async def submitted(wired: Wired, rows: str) -> str:
    """The id of a review of these payments, assessed."""
    taken = await wired.offer(origin(), read_text(rows, currency="USD"))
    await assess(wired, taken.id)
    return taken.id


@pytest.mark.parametrize(
    "posted",
    [
        PostedMessages(),
        POSTED,
        replace(POSTED, card=CardIntent(since=SINCE)),
        replace(POSTED, card=CardIntent(), proposals={}),
        replace(POSTED, card=CardIntent(since=SINCE, replaces="1764000000.000100")),
        replace(POSTED, card=PostedCard("1764000000.000400", "0123456789abcdef", "1764000000.000100")),
        replace(POSTED, thread=PostedThread(turn=3, intent=TurnsIntent(last=4))),
        replace(POSTED, thread=PostedThread(), version=None, told_error=""),
    ],
)
async def test_a_record_is_read_as_it_was_written(store: MessageStore, posted: PostedMessages) -> None:
    assert await store.replace(TEAM, "R-1", PostedMessages(), posted)
    assert await store.posted(TEAM, "R-1") == posted
    assert await store.replace(TEAM, "R-1", posted, PostedMessages())
    assert await store.posted(TEAM, "R-1") == PostedMessages()


async def test_a_record_takes_little_room_also_after_a_message_was_begun(
    store: MessageStore, wired: Wired
) -> None:
    successor = PostedCard("1764000000.000400", "0123456789abcdef", replaces="1764000000.000100")
    assert await store.replace(TEAM, "R-1", PostedMessages(), replace(POSTED, card=successor))
    assert await wired.redis.object("encoding", ReviewKeys(TEAM, "R-1").messages) == "listpack"


async def test_what_is_noted_in_another_form_is_not_read_as_something_else() -> None:
    for fields in ({"card": "[7,8]"}, {"card": "posting"}, {"thread": '[1,"",2]'}, {"version": "new"}):
        with pytest.raises(ValueError, match=r"noted|Expecting|invalid literal"):
            posted_of(fields)


async def test_of_two_who_replace_the_same_value_one_is_refused_and_changes_nothing(
    store: MessageStore,
) -> None:
    assert await store.replace(TEAM, "R-1", PostedMessages(), POSTED)
    mine = replace(POSTED, card=CardIntent(since=SINCE), version=8)
    theirs = replace(POSTED, card=PostedCard(ts="1764000000.000100", content="other"), told_error="")
    assert await store.replace(TEAM, "R-1", POSTED, mine)
    assert not await store.replace(TEAM, "R-1", POSTED, theirs)
    assert await store.posted(TEAM, "R-1") == mine


async def test_two_who_replace_different_values_do_not_disturb_each_other(store: MessageStore) -> None:
    assert await store.replace(TEAM, "R-1", PostedMessages(), POSTED)
    assert await store.replace(TEAM, "R-1", POSTED, replace(POSTED, version=8))
    assert await store.replace(TEAM, "R-1", POSTED, replace(POSTED, proposals={"p2": "1764000000.000300"}))
    assert await store.posted(TEAM, "R-1") == replace(
        POSTED, version=8, proposals={"p2": "1764000000.000300"}
    )


async def test_forgetting_what_a_card_shows_keeps_where_it_stands(store: MessageStore) -> None:
    assert await store.replace(TEAM, "R-1", PostedMessages(), POSTED)
    await store.forget_content(TEAM, "R-1")
    unknown = replace(POSTED, card=PostedCard(ts="1764000000.000100"), version=None)
    assert await store.posted(TEAM, "R-1") == unknown
    successor = PostedCard("1764000000.000400", "0123", replaces="1764000000.000100")
    assert await store.replace(TEAM, "R-1", unknown, replace(unknown, card=successor))
    await store.forget_content(TEAM, "R-1")
    assert (await store.posted(TEAM, "R-1")).card == replace(successor, content="")


async def test_a_round_reads_what_waits_by_rank_and_the_turns_that_are_not_posted(wired: Wired) -> None:
    rows = "\n".join(f"{12000 + row} USD | Vendor {row} | Reimbursement" for row in range(1, 13))
    review = await submitted(wired, rows)
    await decide(wired, TEAM, review, DecisionKind.REJECTED, 2)
    store = wired.stores.messages
    view = await store.to_publish(TEAM, review, 5)
    assert view is not None
    assert view.state == await wired.stores.reviews.state(TEAM, review)
    assert view.shown == (), "more wait than there is room for"
    assert view.turns == tuple(await wired.stores.reviews.turns(TEAM, review))
    assert view.posted == PostedMessages()
    # As a card was stored when everybody who turned its page turned it for all.
    await wired.redis.hset(ReviewKeys(TEAM, review).state, "page", "2")
    thread = PostedThread(turn=1, last_ts="1764000000.000300")
    assert await store.replace(TEAM, review, view.posted, replace(view.posted, thread=thread))
    view = await store.to_publish(TEAM, review, 11)
    assert view is not None
    loaded = await wired.stores.reviews.load(TEAM, review, {*range(1, 13)} - {2})
    assert loaded is not None
    assert [entry.model_copy(update={"rank": None}) for entry in view.shown] == list(loaded.entries.values())
    assert [entry.rank.ref for entry in view.shown if entry.rank] == [1, *range(3, 13)]
    assert [turn.seq for turn in view.turns] == list(range(2, view.state.turns + 1))


async def test_a_round_reads_what_a_payment_repeats_though_that_was_approved(wired: Wired) -> None:
    rows = "400 USD | Acme Corp | Chairs | INV-7\n400 USD | Acme Corp | Chairs | INV-7"
    review = await submitted(wired, f"Amount | Vendor | Memo | Invoice\n{rows}")
    view = await wired.stores.messages.to_publish(TEAM, review, 5)
    assert view is not None
    first, second = view.state.flagged, [entry.transaction.ref for entry in view.shown]
    assert (first, second) == (1, [2, 1])
    assert view.shown[0].rank is not None
    assert view.shown[0].rank.pair == 1
    assert not view.shown[1].flagged


async def test_a_round_ends_when_nothing_newer_is_stored(wired: Wired) -> None:
    review = await submitted(wired, "12000 USD | Acme Corp | Reimbursement")
    store = wired.stores.messages
    view = await store.to_publish(TEAM, review, 5)
    assert view is not None
    shown = replace(view.posted, version=view.state.version)
    await decide(wired, TEAM, review, DecisionKind.REJECTED, 1)
    assert await store.end_round(TEAM, review, view.posted, shown) is RoundEnd.NEWER
    assert await store.end_round(TEAM, review, view.posted, shown) is RoundEnd.OUTRUN
    view = await store.to_publish(TEAM, review, 5)
    assert view is not None
    assert view.posted == shown
    newest = replace(shown, version=view.state.version)
    assert await store.end_round(TEAM, review, shown, newest) is RoundEnd.SHOWN
    assert await store.to_publish(TEAM, review, 5) is None


async def test_there_is_nothing_to_publish_of_a_review_that_is_not_there(store: MessageStore) -> None:
    assert await store.to_publish(TEAM, "R-1", 5) is None
