"""Publishers at the same review, as after a machine slept: the newest state is last, nothing stands twice."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.application.ports import TryLater
from bot.domain.conversation import DecisionKind, DecisionRequest, Medium
from bot.domain.installation import Installation, InstalledBot
from bot.domain.review.transition import Actor
from bot.sandbox.workspace.initial_content import BOT_ID, BOT_USER
from bot.store import CardIntent, Pace, PostedCard
from handlers.outbound.calls import Calls, Lane
from handlers.outbound.client import slack_client
from handlers.outbound.publisher import SlackPublisher
from tests.office import TEAM, Office, cards, open_office, sandbox_policy, shows

TWO_PAYMENTS = "12000 USD | Acme Corp | Reimbursement\n15000 USD | Globex | Rent"

OUR_BOT = InstalledBot(Installation(TEAM), "Sandbox", BOT_USER, BOT_ID, "xoxb-sandbox")


class Held(Calls):
    """The turns of a publisher that is held up while it waits for one."""

    def __init__(self, store: Pace) -> None:
        super().__init__(store, 0)
        self.meanwhile: Callable[[], Awaitable[None]] | None = None

    async def turn(self, lane: Lane) -> bool:
        waited = await super().turn(lane)
        if self.meanwhile is None:
            return waited
        first, self.meanwhile = self.meanwhile, None
        await first()
        return True


@dataclass(frozen=True, slots=True)
class World:
    """A review of two open payments with its card, one publisher that can be held up, and another."""

    office: Office
    review: str
    slow: SlackPublisher
    fast: SlackPublisher
    held: Held
    client_of_slow: AsyncWebClient
    client_of_fast: AsyncWebClient

    async def approve(self, ref: int) -> None:
        bot = self.office.bot
        reviewer = Actor(user="U_REVIEWER", how=Medium.API, text="approve", now=bot.use_cases.now())
        asked = (DecisionRequest(kind=DecisionKind.APPROVED, refs=(ref,)),)
        await bot.use_cases.decide.decide(TEAM, self.review, asked, reviewer)

    def another(self, **differing: Any) -> SlackPublisher:
        """A publisher that is neither of the two, with another clock or identity."""
        calls = Calls(self.office.bot.stores.pace, 0)
        return publisher(self.office, self.client_of_fast, calls, **differing)

    async def forget_card(self) -> None:
        """As if the card that stands there had never been posted, so that the next publisher posts one."""
        await self.note(card=None, version=None)

    async def note(self, **changed: Any) -> None:
        """Change what is known of the messages in Slack."""
        messages = self.office.bot.stores.messages
        before = await messages.posted(TEAM, self.review)
        assert await messages.replace(TEAM, self.review, before, replace(before, **changed))

    async def card_shows(self, words: str) -> bool:
        (card,) = cards(await self.office.state())
        return shows(card, words)

    async def nothing_is_there_twice(self) -> None:
        """Fails where the same turns stand in the thread twice."""
        messages = (await self.office.state())["messages"]
        metadata = [message["metadata"] for message in messages if message["metadata"]]
        parts = [json.dumps(each["event_payload"], sort_keys=True) for each in metadata]
        assert len(parts) == len(set(parts)) > 2


class Stopped:
    """The first call of a method of a client stands still before it is sent, until it may go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, client: AsyncWebClient, method: str) -> None:
        self.begun, self.goes_on = asyncio.Event(), asyncio.Event()
        self._call = getattr(client, method)
        monkeypatch.setattr(client, method, self._stopped)

    async def _stopped(self, **arguments: Any) -> Any:
        self.begun.set()
        await self.goes_on.wait()
        return await self._call(**arguments)


def publisher(
    office: Office,
    client: AsyncWebClient,
    calls: Calls,
    bot_id: str = BOT_ID,
    ahead: timedelta = timedelta(0),
) -> SlackPublisher:
    """A publisher whose clock is ``ahead`` of ours."""
    bot = office.bot
    return SlackPublisher(
        client,
        look=bot.use_cases.look,
        overview=bot.use_cases.overview,
        routes=bot.use_cases.routes,
        messages=bot.stores.messages,
        flagged=bot.stores.flagged,
        names=bot.stores.names,
        calls=calls,
        access=bot.use_cases.access,
        now=lambda: bot.use_cases.now() + ahead,
        our_bot=lambda: replace(OUR_BOT, bot_id=bot_id),
        operators=lambda: None,
    )


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with (
        open_office(tmp_path, with_worker=False, policy=sandbox_policy()) as office,
        aiohttp.ClientSession() as session,
    ):
        of_slow, of_fast = (
            slack_client(office.sandbox.bot_token, office.sandbox.api_url, session) for _ in range(2)
        )
        held = Held(office.bot.stores.pace)
        fast = publisher(office, of_fast, Calls(office.bot.stores.pace, 0))
        await office.command("U_REQUESTER", TWO_PAYMENTS)
        (review,) = await office.bot.stores.reviews.open_reviews(TEAM, newest=1)
        await office.bot.jobs.assess(TEAM, review)
        await fast.publish(TEAM, review)
        yield World(office, review, publisher(office, of_slow, held), fast, held, of_slow, of_fast)


async def test_a_publisher_that_was_held_up_leaves_no_older_card_standing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.approve(1)
    update = Stopped(monkeypatch, world.client_of_slow, "chat_update")
    late = asyncio.create_task(world.slow.publish(TEAM, world.review))
    await update.begun.wait()
    await world.approve(2)
    await world.fast.publish(TEAM, world.review)
    assert await world.card_shows("everything is decided")
    update.goes_on.set()
    await late
    assert await world.card_shows("everything is decided")
    await world.nothing_is_there_twice()


async def test_of_two_updates_under_way_the_older_one_never_stands_last(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    older_begins, newer_is_there, older_has_ended = asyncio.Event(), asyncio.Event(), asyncio.Event()
    update = world.client_of_slow.chat_update

    async def older(**arguments: Any) -> Any:
        older_begins.set()
        await newer_is_there.wait()
        return await update(**arguments)

    async def newer(**arguments: Any) -> Any:
        answer = await update(**arguments)
        newer_is_there.set()
        await older_has_ended.wait()
        return answer

    async def dies(**_: Any) -> Any:
        raise TimeoutError

    monkeypatch.setattr(world.client_of_slow, "chat_update", older)
    monkeypatch.setattr(world.client_of_slow, "chat_postMessage", dies)
    monkeypatch.setattr(world.client_of_fast, "chat_update", newer)
    await world.approve(1)
    late = asyncio.create_task(world.slow.publish(TEAM, world.review))
    await older_begins.wait()
    await world.approve(2)
    fast = asyncio.create_task(world.fast.publish(TEAM, world.review))
    with pytest.raises(TimeoutError):
        await late
    assert await world.card_shows("1 of 2 payments needs a decision")
    older_has_ended.set()
    await fast
    assert await world.card_shows("everything is decided")
    await world.nothing_is_there_twice()


async def test_a_publisher_whose_turn_comes_after_anothers_update_leaves_that_one(world: World) -> None:
    await world.approve(1)

    async def overtaken() -> None:
        await world.approve(2)
        await world.fast.publish(TEAM, world.review)
        # The answer to whatever is sent now is lost, and its sender is never heard of again.
        await world.office.fault(method="chat.update", drop=True)

    world.held.meanwhile = overtaken
    with contextlib.suppress(aiohttp.ClientError):
        await world.slow.publish(TEAM, world.review)
    await world.office.fault(method="chat.update", drop=True)
    await world.slow.publish(TEAM, world.review)
    assert await world.card_shows("everything is decided")


async def test_what_another_is_posting_is_not_posted_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.approve(1)
    post = Stopped(monkeypatch, world.client_of_slow, "chat_postMessage")
    late = asyncio.create_task(world.slow.publish(TEAM, world.review))
    await post.begun.wait()
    with pytest.raises(TryLater) as put_off:
        await world.fast.publish(TEAM, world.review)
    assert 5 < put_off.value.seconds < 15
    post.goes_on.set()
    await late
    await world.fast.publish(TEAM, world.review)
    await world.nothing_is_there_twice()


async def test_turns_posted_by_another_meanwhile_are_not_posted_again(world: World) -> None:
    await world.approve(1)
    (card,) = cards(await world.office.state())
    await world.office.reply("U_REVIEWER", "status", card)
    world.held.meanwhile = lambda: world.fast.publish(TEAM, world.review)
    try:
        await world.slow.publish(TEAM, world.review)
    except TryLater:
        await world.slow.publish(TEAM, world.review)
    await world.nothing_is_there_twice()


async def test_a_card_that_another_is_posting_is_not_posted_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.forget_card()
    post = Stopped(monkeypatch, world.client_of_slow, "chat_postMessage")
    late = asyncio.create_task(world.slow.publish(TEAM, world.review))
    await post.begun.wait()
    with pytest.raises(TryLater) as put_off:
        await world.fast.publish(TEAM, world.review)
    assert 5 < put_off.value.seconds < 15
    post.goes_on.set()
    await late
    await world.fast.publish(TEAM, world.review)
    assert len(cards(await world.office.state())) == 2  # the one that was forgotten, and its successor


async def dies_after_posting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The slow publisher's process ends between the post and the note of it."""
    post = world.client_of_slow.chat_postMessage

    async def last_words(**arguments: Any) -> Any:
        await post(**arguments)
        raise asyncio.CancelledError

    monkeypatch.setattr(world.client_of_slow, "chat_postMessage", last_words)
    with pytest.raises(asyncio.CancelledError):
        await world.slow.publish(TEAM, world.review)


async def test_a_card_whose_sender_died_is_adopted_once_nobody_can_be_posting_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.forget_card()
    await dies_after_posting(world, monkeypatch)
    with pytest.raises(TryLater):
        await world.fast.publish(TEAM, world.review)
    await world.another(ahead=timedelta(seconds=13)).publish(TEAM, world.review)
    _, last = cards(await world.office.state())
    posted = await world.office.bot.stores.messages.posted(TEAM, world.review)
    assert isinstance(posted.card, PostedCard)
    assert posted.card.ts == last["ts"]


async def test_turns_whose_sender_died_are_adopted_once_nobody_can_be_posting_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.approve(1)
    await dies_after_posting(world, monkeypatch)
    with pytest.raises(TryLater):
        await world.fast.publish(TEAM, world.review)
    await world.another(ahead=timedelta(seconds=13)).publish(TEAM, world.review)
    await world.nothing_is_there_twice()


async def test_what_slack_did_not_take_need_not_be_looked_for(world: World) -> None:
    await world.forget_card()
    await world.office.fault(method="chat.postMessage", status=429, retry_after=7)
    with pytest.raises(TryLater) as put_off:
        await world.fast.publish(TEAM, world.review)
    assert put_off.value.seconds == 7
    assert (await world.office.bot.stores.messages.posted(TEAM, world.review)).card is None


async def test_a_post_that_was_not_answered_may_stand_there_and_nobody_waits_for_it(world: World) -> None:
    await world.forget_card()
    await world.office.fault(method="chat.postMessage", drop=True)
    with pytest.raises(aiohttp.ClientError):
        await world.fast.publish(TEAM, world.review)
    assert (await world.office.bot.stores.messages.posted(TEAM, world.review)).card == CardIntent()
    await world.fast.publish(TEAM, world.review)
    assert len(cards(await world.office.state())) == 2  # the one that was forgotten, and its successor


async def test_a_card_that_another_app_wrote_with_our_metadata_is_not_taken_for_ours(world: World) -> None:
    await world.note(card=CardIntent(), version=None)  # as if the process had died while it posted the card
    await world.another(bot_id="B_OURS").publish(TEAM, world.review)
    theirs, own = cards(await world.office.state())
    assert theirs["metadata"] == own["metadata"]
    posted = await world.office.bot.stores.messages.posted(TEAM, world.review)
    assert isinstance(posted.card, PostedCard)
    assert posted.card.ts == own["ts"]
