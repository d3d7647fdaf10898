"""What Slack refuses for good ends at once: a new card, or a sentence to those who can mend it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.application.ports import RefusedForGood
from bot.domain.review.outcome import Outcome
from bot.store import CardIntent, PostedCard, TurnsIntent
from handlers.manifest import SCOPES
from handlers.outbound.calls import Calls
from handlers.outbound.client import slack_client
from handlers.outbound.publisher import SlackPublisher
from handlers.outbound.refusals import refusal_of
from handlers.outbound.review_messages import EVENT
from tests.handlers.outbound.test_publishers_that_meet import OUR_BOT, World, world
from tests.office import FINANCE, SEED, TEAM, Json, Office, cards, open_office, shows

__all__ = ["world"]

ROWS = b"amount,vendor,memo\n15000,Globex,Racks\n"
REPLACES = "This card replaces the one of"
NOT_PASSING = [
    *("is_archived", "channel_not_found", "not_in_channel", "missing_scope", "restricted_action"),
    *("account_inactive", "token_revoked", "invalid_auth", "access_denied"),
]


@pytest.fixture
async def operated(world: World) -> AsyncIterator[SlackPublisher]:
    """A publisher in the world of one review, whose operators have a channel."""
    bot = world.office.bot
    async with aiohttp.ClientSession() as session:
        yield SlackPublisher(
            slack_client(world.office.sandbox.bot_token, world.office.sandbox.api_url, session),
            look=bot.use_cases.look,
            overview=bot.use_cases.overview,
            routes=bot.use_cases.routes,
            messages=bot.stores.messages,
            flagged=bot.stores.flagged,
            names=bot.stores.names,
            calls=Calls(bot.stores.pace, 0),
            access=bot.use_cases.access,
            now=bot.use_cases.now,
            our_bot=lambda: OUR_BOT,
            operators=lambda: "C_GENERAL",
        )


async def submitted(office: Office) -> Json:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3")
    await office.said("You can say")
    return card


async def told(world: World, *words: str) -> list[Json]:
    """The direct messages to the submitter that say so, but for that which says how their payments stand."""
    messages = [one for one in (await world.office.state())["messages"] if not one["metadata"]]
    return [one for one in messages if one["channel"] == "D_U_REQUESTER" and shows(one, *words)]


def refused(error: str) -> SlackApiError:
    return SlackApiError("", {"ok": False, "error": error})  # type: ignore[no-untyped-call]  # so in slack-sdk


# -- a card that cannot be changed


@pytest.mark.parametrize(
    "error", ["edit_window_closed", "cant_update_message", "access_denied", "message_not_found"]
)
async def test_a_card_that_slack_does_not_let_us_change_gets_a_successor_that_says_so(
    office: Office, error: str
) -> None:
    card = await submitted(office)
    assert not shows(card, REPLACES)
    await office.fault(method="chat.update", error=error)
    await office.click("U_REVIEWER", card, "approve", 2)
    said = await office.said("All payments have been processed.")
    successor = await office.card("everything is decided")
    assert successor["ts"] != card["ts"]
    assert shows(successor, REPLACES)
    assert said["thread_ts"] == successor["ts"]
    await office.click("U_REVIEWER", successor, "exit")
    assert shows(await office.card("is closed"), REPLACES)  # updated, and it still says so
    assert len(cards(await office.state())) == 2


async def test_replies_under_the_old_card_and_under_the_new_one_are_of_the_same_review(
    office: Office,
) -> None:
    old = await submitted(office)
    await office.fault(method="chat.update", error="edit_window_closed")
    await office.reply("U_REVIEWER", "hold 2: ask Ana", old)
    new = await office.until(lambda state: next((one for one in cards(state) if shows(one, REPLACES)), None))
    pointer = await office.said("goes on under", "its new card")
    assert pointer["thread_ts"] == old["ts"]
    assert new["ts"].replace(".", "") in str(pointer["blocks"])
    await office.reply("U_REVIEWER", "approve 2", old)
    assert (await office.said("All payments have been processed."))["thread_ts"] == new["ts"]
    await office.reply("U_REVIEWER", "exit", new)
    await office.card("is closed")


async def test_a_successor_whose_sender_died_is_adopted_and_is_no_third_card(world: World) -> None:
    (old,) = cards(await world.office.state())
    await world.approve(1)
    await world.office.fault(method="chat.update", error="edit_window_closed")
    await world.office.fault(method="chat.postMessage", drop=True)
    with pytest.raises(aiohttp.ClientError):
        await world.fast.publish(TEAM, world.review)
    posted = await world.office.bot.stores.messages.posted(TEAM, world.review)
    assert posted.card == CardIntent(replaces=old["ts"])
    await world.approve(2)
    await world.fast.publish(TEAM, world.review)
    _, successor = cards(await world.office.state())
    assert shows(successor, REPLACES, "everything is decided")


async def test_turns_begun_under_the_old_card_are_not_posted_again_under_the_new_one(world: World) -> None:
    await world.approve(1)
    await world.office.fault(method="chat.postMessage", drop=True)
    with pytest.raises(aiohttp.ClientError):
        await world.fast.publish(TEAM, world.review)
    await world.approve(2)
    await world.office.fault(method="chat.update", error="edit_window_closed")
    await world.fast.publish(TEAM, world.review)
    carried = [one["metadata"] for one in (await world.office.state())["messages"] if one["metadata"]]
    last_turns = [each["event_payload"].get("last") for each in carried if "last" in each["event_payload"]]
    assert len(last_turns) == len(set(last_turns)) > 2


async def test_a_thread_that_is_gone_is_followed_by_that_of_a_new_card(world: World) -> None:
    (old,) = cards(await world.office.state())
    await world.office.reply("U_REVIEWER", "status", old)  # an answer to it changes nothing on the card
    await world.office.fault(method="chat.postMessage", error="thread_not_found")
    with pytest.raises(SlackApiError, match="thread_not_found"):
        await world.fast.publish(TEAM, world.review)
    await world.office.fault(method="chat.update", error="message_not_found")
    await world.fast.publish(TEAM, world.review)
    _, successor = cards(await world.office.state())
    assert (await world.office.said("still need"))["thread_ts"] == successor["ts"]


# -- what cannot be shown anywhere


@pytest.mark.parametrize("error", NOT_PASSING)
async def test_what_slack_refuses_for_good_is_told_once_and_works_when_it_is_mended(
    world: World, operated: SlackPublisher, error: str
) -> None:
    await world.forget_card()
    for _ in range(2):
        await world.office.fault(method="chat.postMessage", error=error)
        with pytest.raises(RefusedForGood, match=f"I cannot show review {world.review} in <#C_FINANCE>"):
            await operated.publish(TEAM, world.review)
    (sentence,) = await told(world, "I cannot show review", world.review, "is stored")
    assert shows(sentence, "invite") is (error in {"channel_not_found", "not_in_channel"})
    assert (await world.office.bot.stores.messages.posted(TEAM, world.review)).card is None
    await operated.publish(TEAM, world.review)
    assert len(cards(await world.office.state())) == 2  # the one that was forgotten, and its successor
    await world.approve(1)
    await world.office.fault(method="chat.update", error="is_archived")
    with pytest.raises(RefusedForGood):
        await operated.publish(TEAM, world.review)
    # What was mended and broke anew is told anew.
    assert len(await told(world, "I cannot show review")) == 2


async def test_an_archived_channel_is_named_with_whoever_can_mend_it(world: World) -> None:
    await world.approve(1)
    await world.office.fault(method="chat.update", error="is_archived")
    with pytest.raises(RefusedForGood):
        await world.fast.publish(TEAM, world.review)
    (sentence,) = await told(world, "<#C_FINANCE>", "is archived", "unarchive it", "another channel")
    assert not shows(sentence, "invite")
    await world.fast.publish(TEAM, world.review)
    assert await world.card_shows("1 of 2 payments needs a decision")  # the one card, brought up to date


async def test_a_locked_card_in_an_archived_channel_gets_its_successor_later(world: World) -> None:
    await world.approve(1)
    (old,) = cards(await world.office.state())
    await world.office.fault(method="chat.update", error="edit_window_closed", times=2)
    await world.office.fault(method="chat.postMessage", error="is_archived")
    with pytest.raises(RefusedForGood):
        await world.fast.publish(TEAM, world.review)
    posted = await world.office.bot.stores.messages.posted(TEAM, world.review)
    assert posted.card == PostedCard(ts=old["ts"])
    await world.fast.publish(TEAM, world.review)
    _, successor = cards(await world.office.state())
    assert shows(successor, REPLACES, "1 of 2 payments needs a decision")


async def test_a_submitter_who_has_mended_the_cause_has_the_review_shown(office: Office) -> None:
    await office.fault(method="chat.postMessage", error="not_in_channel")
    await office.command("U_REQUESTER", SEED)
    first = await office.said("I am not in the channel", "A member of it can invite me", "Try again")
    button = {"channel": first["channel"], "message_ts": first["ts"], "block_id": "not shown"}
    await office.fault(method="chat.postMessage", error="not_in_channel")
    await office.do("actions", user="U_REQUESTER", action_id="show_again", **button)
    await office.until(
        lambda state: sum(shows(one, "I am not in the channel") for one in state["messages"]) == 2
    )
    (review,) = await office.bot.stores.reviews.open_reviews(TEAM, newest=1)
    look = office.bot.use_cases.look
    assert await look.show_again(TEAM, review, "U_OUTSIDER") is Outcome.NO_REVIEW
    assert await look.show_again("T_OTHER", review, "U_REQUESTER") is Outcome.NO_REVIEW
    await office.do("actions", user="U_REQUESTER", action_id="show_again", **button)
    await office.card("1 of 3")


async def test_a_submitter_who_could_not_be_told_just_now_is_told_by_the_next_try(
    world: World,
) -> None:
    await world.approve(1)
    await world.office.fault(method="chat.update", error="is_archived", times=2)
    await world.office.fault(method="conversations.open", error="internal_error")
    with pytest.raises(SlackApiError, match="internal_error"):
        await world.fast.publish(TEAM, world.review)
    with pytest.raises(RefusedForGood):
        await world.fast.publish(TEAM, world.review)
    assert len(await told(world, "is archived")) == 1


async def test_a_submitter_who_has_left_holds_nothing_up(world: World) -> None:
    await world.approve(1)
    await world.office.fault(method="chat.update", error="is_archived")
    await world.office.fault(method="conversations.open", error="user_disabled")
    with pytest.raises(RefusedForGood):
        await world.fast.publish(TEAM, world.review)


async def test_operators_whose_channel_is_archived_are_not_told_for_ever(
    world: World, operated: SlackPublisher
) -> None:
    await world.office.fault(method="chat.postMessage", error="is_archived")
    await operated.alarm("What nobody hears.")
    await operated.alarm("What <!channel> hears.")
    alarms = [one for one in (await world.office.state())["messages"] if one["channel"] == "C_GENERAL"]
    assert len(alarms) == 1
    assert shows(alarms[0], "What &lt;!channel&gt; hears.")


@pytest.mark.parametrize(
    "error", ["ratelimited", "internal_error", "service_unavailable", "fatal_error", "request_timeout"]
)
async def test_what_passes_by_waiting_is_tried_again_and_told_to_nobody(world: World, error: str) -> None:
    assert refusal_of(refused(error)) is None
    await world.approve(1)
    await world.office.fault(method="chat.update", error=error)
    with pytest.raises(SlackApiError, match=error):
        await world.fast.publish(TEAM, world.review)
    await world.fast.publish(TEAM, world.review)
    assert await told(world) == []


# -- files that we may not read


async def test_without_the_scope_for_files_nobody_blames_the_file(tmp_path: Path) -> None:
    scopes = tuple(set(SCOPES) - {"files:read"})
    async with open_office(tmp_path, operators="C_GENERAL", scopes=scopes) as office:
        for name in ("one.csv", "two.csv"):
            await office.drop("U_REQUESTER", name, ROWS)
            await office.told(
                "U_REQUESTER",
                "scope files:read is missing",
                f"Nothing was wrong with {name}",
                "administrator",
            )
        alarms = [one for one in (await office.state())["messages"] if one["channel"] == "C_GENERAL"]
        assert len(alarms) == 1
        assert shows(alarms[0], "scope files:read is missing", "administrator")


# -- messages of other apps


async def test_an_answer_that_another_app_wrote_with_our_metadata_is_not_taken_for_ours(
    world: World,
) -> None:
    (card,) = cards(await world.office.state())
    await world.office.reply("U_REVIEWER", "status", card)
    posted = await world.office.bot.stores.messages.posted(TEAM, world.review)
    last = posted.thread.turn + 2  # the question and its answer
    workspace = world.office.sandbox.installation.workspace
    part = {"review": world.review, "part": "turns", "last": last}
    theirs = workspace.post(
        FINANCE,
        "U_BOT",
        "All is well",
        thread_ts=card["ts"],
        metadata={"event_type": EVENT, "event_payload": part},
    )
    workspace.change(theirs, bot_id="B_OTHER", app_id="A_OTHER")
    await world.note(thread=replace(posted.thread, intent=TurnsIntent(last=last)))
    await world.fast.publish(TEAM, world.review)
    await world.office.said("still need")
