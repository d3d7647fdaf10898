"""Each message is posted once, whatever Slack or a crash does in between (law 6)."""

from dataclasses import replace
from pathlib import Path

from bot.store import CardIntent
from tests.office import SEED, TEAM, Json, Office, cards, open_office, shows


def replies(state: Json, card: Json) -> list[Json]:
    return [one for one in state["messages"] if one["thread_ts"] == card["ts"] and one["user"] == "U_BOT"]


async def test_a_lost_answer_to_the_first_post_leaves_one_card(office: Office) -> None:
    await office.fault(method="chat.postMessage", drop=True)
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3")
    await office.reply("U_REVIEWER", "approve 2", card)
    await office.said("All payments have been processed.")
    assert len(cards(await office.state())) == 1


async def test_a_lost_answer_in_the_thread_repeats_nothing(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3")
    await office.said("Your payments")  # so that the next message is one of the thread
    await office.fault(method="chat.postMessage", drop=True)
    await office.reply("U_REVIEWER", "approve 2", card)
    await office.said("All payments have been processed.")
    await office.reply("U_REVIEWER", "exit", card)
    await office.said("is closed. 3 payments")
    said = [
        one["blocks"][-2 if shows(one, "processed") else 0] for one in replies(await office.state(), card)
    ]
    assert len(said) == 4


async def test_slack_refusing_for_a_while_delays_and_loses_nothing(office: Office) -> None:
    await office.fault(method="chat.postMessage", status=500, times=2)
    await office.fault(method="chat.postMessage", status=429, times=1)
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3")
    await office.fault(method="chat.update", error="internal_error", times=2)
    await office.click("U_REVIEWER", card, "approve", 2)
    await office.card("everything is decided")
    assert len(cards(await office.state())) == 1


async def test_a_message_whose_post_was_never_noted_is_found_and_adopted(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3")
    await office.said("You can say")
    review = (await office.review_state(card)).id
    # As if the process had died after posting the card and before noting it.
    messages = office.bot.stores.messages
    posted = await messages.posted(TEAM, review)
    assert await messages.replace(TEAM, review, posted, replace(posted, card=CardIntent()))
    await office.click("U_REVIEWER", card, "approve", 2)
    await office.card("everything is decided")
    assert len(cards(await office.state())) == 1


async def test_turns_that_came_while_the_worker_was_away_are_shown_in_order(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    async with open_office(tmp_path, data=workspace) as office:
        await office.command("U_REQUESTER", SEED)
        card = await office.card("1 of 3")
        await office.said("You can say")
    async with open_office(tmp_path, data=workspace, with_worker=False) as office:
        for words in ("why 2?", "status", "approve 2"):
            await office.reply("U_REVIEWER", words, card)
    async with open_office(tmp_path, data=workspace) as office:
        await office.said("All payments have been processed.")
        texts = [str(one["blocks"]) for one in replies(await office.state(), card)]
        order = [
            next(number for number, text in enumerate(texts) if words in text)
            for words in ("You can say", "was flagged", "is open: 1 payment", "Approved: #2", "processed")
        ]
        assert order == sorted(order)
        assert len(texts) == 5


async def test_the_summary_is_posted_once_and_says_what_is_so_after_a_correction(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3")
    await office.reply("U_REVIEWER", "approve 2", card)
    first = await office.said("All payments have been processed.", '"Submitted"')
    await office.reply("U_REVIEWER", "undo 2", card)
    again = await office.said("This review goes on. 1 payment still needs a decision.")
    assert again["ts"] == first["ts"], "brought up to date where it stands"
    await office.reply("U_SECOND", "reject 2: no contract", card)
    last = await office.said("rejected: no contract", "All payments have been processed.")
    assert last["ts"] == first["ts"]
    messages = (await office.state())["messages"]
    assert len([one for one in messages if shows(one, '"Submitted"')]) == 1
