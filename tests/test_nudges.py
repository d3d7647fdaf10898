"""Whoever brought payments nudges those who decide: from Home, from their own message, and by a reply."""

from datetime import timedelta

from tests.office import SEED, TEAM, Json, Office, shows
from tests.worker.test_timers import monday_morning

BEN, CHI, ANA = "U_REVIEWER", "U_SECOND", "U_REQUESTER"


def reminders(state: Json) -> list[str]:
    """Whom a direct message reminds, in order."""
    carried = [(one["metadata"] or {}).get("event_payload") or {} for one in state["messages"]]
    return [payload["user"] for payload in carried if payload.get("part") == "reminder"]


async def nudge(office: Office, message: Json) -> None:
    """Press the button in the direct message about a review."""
    await office.do(
        "actions",
        user=ANA,
        channel=message["channel"],
        message_ts=message["ts"],
        action_id="nudge",
        block_id="submitter",
    )


async def test_who_decides_is_reminded_and_the_submitter_hears_when_and_when_again(office: Office) -> None:
    await monday_morning(office)
    await office.command(ANA, SEED)
    card = await office.card("1 of 3")
    message = await office.said("Received: ", "Nudge")
    await nudge(office, message)
    await office.told(ANA, f"I remind <@{BEN}> and <@{CHI}> now.")
    found = await office.until(lambda state: reminders(state) if len(reminders(state)) == 2 else None)
    assert sorted(found) == [BEN, CHI]
    await office.advance(hours=1)
    await office.reply(ANA, "nudge", card)
    await office.told(ANA, "You can nudge once in 4 hours: again from Mon", "13:0")
    await office.reply(ANA, "nudge", message)  # below their own message: the second sentence says the same
    await office.until(
        lambda state: (
            sum(one["ephemeral_to"] == ANA and shows(one, "again from Mon") for one in state["messages"]) == 2
        )
    )
    await office.reply(BEN, "nudge", card)
    await office.told(BEN, "Only whoever brought these payments")
    state = await office.review_state(card)
    trail = await office.bot.stores.reviews.audit(TEAM, state.id)
    assert [(entry.event, entry.actor) for entry in trail if entry.event == "nudged"] == [("nudged", ANA)]
    assert state.nudged_at is not None
    assert state.nudged_at < office.bot.use_cases.now() - timedelta(minutes=50)


async def test_on_home_and_out_of_hours_it_waits_for_the_morning(office: Office) -> None:
    await monday_morning(office)
    await office.advance(hours=10)
    await office.command(ANA, SEED)
    card = await office.card("1 of 3")
    await office.command(ANA, "mine")
    mine = await office.told(ANA, "My payments", "Nudge")
    review = (await office.review_state(card)).id
    await office.do(
        "actions",
        user=ANA,
        channel=mine["channel"],
        message_ts=mine["ts"],
        action_id="nudge",
        block_id=f"nudge {review}",
    )
    await office.told(ANA, f"<@{BEN}> does not work now, so I remind them at Tue", "09:00 UTC")
    await office.do("home", user=ANA)
    home = await office.until(lambda state: state["homes"].get(ANA))
    assert shows({"text": "", "blocks": home["blocks"]}, "Nudge")
    assert reminders(await office.state()) == []
    await office.advance(hours=15)  # Tuesday 10:00, in their hours
    await office.until(lambda state: len(reminders(state)) == 2)
