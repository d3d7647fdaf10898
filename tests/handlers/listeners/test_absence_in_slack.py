"""Ben goes away, and chi decides for him: with the slash command, on the card and on Home."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.store import absences as store
from tests.office import TEAM, Json, Office, open_office, sandbox_policy, shows

ANA, BEN, CHI = "U_REQUESTER", "U_REVIEWER", "U_SECOND"
STAGES = {
    "name": "large",
    "over": {"USD": 10_000},
    "stages": [{"from": "controllers"}, {"from": "board"}],
}


@pytest.fixture
async def routed(tmp_path: Path) -> AsyncIterator[Office]:
    policy = sandbox_policy()
    document = policy.model_dump() | {
        "groups": {"controllers": [BEN], "board": ["U_ELSEWHERE"]},
        "routes": [STAGES],
        "stand_ins": {BEN: CHI},
        "approvers": [BEN],
    }
    async with open_office(tmp_path, policy=type(policy).model_validate(document)) as office:
        yield office


async def said_to(office: Office, user: str, words: str) -> str:
    return str((await office.command(user, words))["response"])


async def test_ben_is_away_with_chi_standing_in_and_comes_back(routed: Office) -> None:
    await routed.command(ANA, "12000 USD to Acme Corp. Memo: Reimbursement")
    await routed.said("waiting for Controllers")
    card: Json = await routed.card()
    await routed.click(CHI, card, "approve", 1)
    await routed.told(CHI, "not an approver here")
    assert "You have not said that you are away" in await said_to(routed, BEN, "away")
    assert "could not read" in await said_to(routed, BEN, "away for a while")
    assert "They cannot stand in" in await said_to(routed, BEN, f"away today, <@{ANA}> stands in")
    answer = await said_to(routed, BEN, "away today")
    assert f"<@{CHI}> stands in for you" in answer
    assert f"<@{CHI}> stands in" in await said_to(routed, BEN, "away")
    assert f"Away: <@{BEN}> until" in await said_to(routed, CHI, "waiting")
    await routed.click(CHI, card, "approve", 1)
    await routed.said(f"approved by <@{CHI}> for <@{BEN}> · waiting for Board")
    assert "Welcome back" in await said_to(routed, BEN, "back")
    assert "nothing to end" in await said_to(routed, BEN, "back")
    assert "Away:" not in await said_to(routed, CHI, "waiting")


async def test_who_stands_in_sees_the_payments_until_the_last_day_is_over(routed: Office) -> None:
    await routed.command(ANA, "12000 USD to Acme Corp. Memo: Reimbursement")
    await routed.said("waiting for Controllers")
    assert "R-" not in await said_to(routed, CHI, "waiting")
    await said_to(routed, BEN, "away today")
    assert "R-" in await said_to(routed, CHI, "waiting")
    await routed.advance(days=2)
    assert "R-" not in await said_to(routed, CHI, "waiting")


async def press_on_home(office: Office, user: str, action: str) -> Json:
    value = {"away_form": "away", "back_now": "back"}[action]
    home = (await office.state())["homes"][user]["id"]
    return await office.do(
        "actions", user=user, view_id=home, action_id=action, block_id="absence", value=value
    )


def on_home(state: Json, user: str) -> str:
    return str(state["homes"].get(user))


async def test_on_home_somebody_says_that_they_will_be_away_and_is_back(routed: Office) -> None:
    await routed.do("people", member=BEN, time_zone="Pacific/Auckland")
    await routed.advance(to="2026-12-07T20:00:00Z")  # a Tuesday morning there
    await routed.do("home", user=BEN)
    await routed.until(lambda state: "I will be away" in on_home(state, BEN))
    assert "I am back" not in on_home(await routed.state(), BEN)
    await press_on_home(routed, BEN, "away_form")
    (opened,) = await routed.views(BEN)
    fields = {block["block_id"]: block.get("element") for block in opened["view"]["blocks"]}
    assert (fields["first"]["initial_date"], fields["last"]["initial_date"]) == ("2026-12-08", "2026-12-14")
    assert fields["stand_in"]["initial_user"] == CHI
    sent = {"first": {"first": "2026-12-08"}, "last": {"last": "2026-12-04"}}
    answer = await routed.do(f"views/{opened['id']}/submit", user=BEN, values=sent)
    assert "would be before the first" in answer["response"]["errors"]["last"]
    sent = {"first": {"first": "2026-12-08"}, "last": {"last": "2026-12-11"}}
    answer = await routed.do(
        f"views/{opened['id']}/submit", user=BEN, values=sent | {"stand_in": {"stand_in": ANA}}
    )
    assert "cannot stand in" in answer["response"]["errors"]["stand_in"]
    sent["stand_in"] = {"stand_in": CHI}
    await routed.do(f"views/{opened['id']}/submit", user=BEN, values=sent)
    await routed.said("You are away from Tue 8 Dec 2026 to Fri 11 Dec 2026", f"<@{CHI}> stands in for you")
    await routed.until(lambda state: "I am back" in on_home(state, BEN))
    await press_on_home(routed, BEN, "back_now")
    await routed.said("Welcome back")
    await routed.until(lambda state: "I am back" not in on_home(state, BEN))


async def test_a_status_of_absence_is_asked_about_once_and_taken_for_none(routed: Office) -> None:
    await routed.advance(to="2026-12-07T09:00:00Z")
    until = int(datetime(2026, 12, 12, tzinfo=UTC).timestamp())
    await routed.do("people", member=BEN, status_text="Holiday", status_expiration=until)
    await routed.do("people", member=CHI, status_text="In a meeting", status_emoji=":calendar:")
    for user in (BEN, CHI, BEN):
        await routed.do("home", user=user)
    asked = await routed.said("Your status says “Holiday” until Fri 11 Dec 2026.")
    assert shows(asked, f"Should <@{CHI}> stand in for you meanwhile?")
    assert await routed.bot.stores.absences.all("T_SANDBOX") == []
    where = {"channel": asked["channel"], "message_ts": asked["ts"], "block_id": "status"}
    await routed.do("actions", user=BEN, action_id="away_yes", **where)
    (opened,) = await routed.views(BEN)
    await routed.do(f"views/{opened['id']}/submit", user=BEN, values={})
    await routed.said("You are away from Mon 7 Dec 2026 to Fri 11 Dec 2026", f"<@{CHI}> stands in for you")

    await routed.do("people", member=CHI, status_text="", status_emoji=":palm_tree:")
    await routed.do("home", user=CHI)
    asked = await routed.said("Your status says “:palm_tree:”.", "Should somebody stand in?")
    where = {"channel": asked["channel"], "message_ts": asked["ts"], "block_id": "status"}
    await routed.do("actions", user=CHI, action_id="away_no", **where)
    await routed.said("I do not ask about this status again")
    await routed.do("home", user=CHI)
    await routed.do("people", member=CHI, status_emoji="", dnd_until=until)  # off for days: another question
    await routed.do("home", user=CHI)
    await routed.said("Your notifications are off until Fri 11 Dec 2026.")
    questions = [one for one in (await routed.state())["messages"] if one["text"] == "Are you away?"]
    assert len(questions) == 2  # the one that was answered with no is replaced


async def test_what_one_person_notes_is_bounded(routed: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in range(1, 21):
        assert "You are away on" in await said_to(routed, BEN, f"away 2027-01-{day:02}")
    assert "20 absences noted already, so nothing was noted" in await said_to(routed, BEN, "away 2027-02-01")
    assert "You are away from" in await said_to(
        routed, BEN, "away from 2027-01-19 to 2027-02-01"
    )  # in place of two
    monkeypatch.setattr(store, "MOST_CHANGES", 21)
    trail = await routed.bot.stores.absences.trail(TEAM)
    for words in ("away 2027-03-01", "back"):
        assert "very often today, so nothing was changed" in await said_to(routed, BEN, words)
    assert await routed.bot.stores.absences.trail(TEAM) == trail
    assert "You are away" in await said_to(routed, CHI, "away 2027-03-01")
