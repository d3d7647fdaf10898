"""Every way in tried from one workspace with what belongs to another: nothing is shown, counted or done.

People, channels and the bot have the same ids in all workspaces of the sandbox, so that nothing but the
workspace itself keeps them apart.
"""

import json
import re
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any, cast

import pytest
from slack_bolt.app.async_app import AsyncApp

from bot.application.use_cases import UseCases
from bot.store import connect
from handlers.listeners import ANYTHING, register_listeners
from tests.access.burglar import HERE, THERE, Burglar, in_view, message_in, places
from tests.handlers.test_manifest import Listeners
from tests.office import FINANCE, Json
from tests.processes import answered
from tests.several_offices import OfficeOf, Town, open_town, until

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
PAYMENTS = (
    "$21017 to Initech. Memo: zebra crossing\n$22018 to Initech. Memo: zebra fence\n$9 to Cafe. Memo: coffee"
)
BAD_ROW = "$12000 to Initech. Memo: zebra\n$many to Initech. Memo: zebra"
SECRETS = ("Initech", "zebra", "21,017", "22,018", "zelda")
PASSING = re.compile(r":(pace|drawn|asked_status):")  # what ends by itself, and holds nothing of a review
# For listeners that are named by a pattern.
SAMPLES = (
    *("approve", "hold", "approve_all", "reject_all", "claim", "claimed", "on_it", "bulk_tick_ten"),
    *("bulk_untick_ten", "bulk_page_next", "desk_approve", "desk_state", "desk_page_next", "open_desk"),
    *(
        "page_next",
        "cancel",
        "change",
        "my_payments",
        "my_payments_next",
        "everything",
        "show_all",
        "bad_rows",
    ),
    *("submit_good", "submit_new", "columns_0", "unclaim"),
)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path, installed=(HERE, THERE)) as opened:
        yield opened


async def lived_in(town: Town) -> tuple[OfficeOf, Json]:
    """A workspace with a review, a draft, a proposal, a desk, forms and a history; and its card."""
    office = town.office(HERE)
    await office.do("people", member="U_REVIEWER", name="zelda")
    await office.command("U_REQUESTER", PAYMENTS)
    card = await office.card("2 of 3")
    await office.said("You can say")
    await office.command("U_REQUESTER", BAD_ROW)
    await office.told("U_REQUESTER", "could not be read")
    await office.reply("U_REVIEWER", "hold all payments to Initech", card)
    await office.do("home", user="U_REVIEWER")
    await office.click("U_REVIEWER", card, "everything")
    await office.click("U_SECOND", card, "reject", 1)
    await office.command("U_SECOND", "")
    return office, card


async def fingerprint(town: Town, home: str) -> dict[str, str]:
    """Every key in Redis that names a workspace, with a hash of what is in it."""
    async with aclosing(connect(town.bot.redis_url)) as redis:
        content = redis.register_script("return redis.sha1hex(redis.call('DUMP', KEYS[1]))")
        found = [str(key) async for key in redis.scan_iter(match=f"cs:*{home}*", count=500)]
        return {key: str(await content(keys=[key])) for key in found if not PASSING.search(key)}


async def at_rest(town: Town) -> None:
    async def is_quiet() -> bool:
        return (await town.bot.stores.backlog.read(town.bot.use_cases.now())).outbox_depth == 0

    await until(is_quiet)


def listened() -> dict[str, list[Any]]:
    listeners = Listeners()
    register_listeners(cast(AsyncApp, listeners), cast(UseCases, None), lambda: None)
    return {
        kind: [one for one in constraints if one is not ANYTHING]
        for kind, constraints in listeners.found.items()
    }


def is_tried(constraint: Any, tried: set[str]) -> bool:
    return constraint in tried or (
        isinstance(constraint, re.Pattern) and any(constraint.search(name) for name in tried)
    )


async def test_no_button_form_word_or_reply_of_one_workspace_works_in_another(town: Town) -> None:
    office, card = await lived_in(town)
    await at_rest(town)
    state, before = await office.state(), await fingerprint(town, HERE)
    burglar, users = Burglar(town), ("U_REVIEWER", "U_REQUESTER")

    for element, where in places(state):
        await burglar.press(users[len(burglar.answers) % 2], element, where)
    carried = [element["value"] for element, _ in places(state) if element.get("action_id") == "approve"]
    metadata = [record["view"].get("private_metadata") or "" for record in state["views"]]
    container = {"type": "message", "message_ts": card["ts"], "channel_id": FINANCE}
    where = {"container": container, "channel": {"id": FINANCE}, "message": {"ts": card["ts"]}}
    names = [name for name in listened()["action"] if isinstance(name, str)]
    for name in (*names, *SAMPLES):
        button = {"type": "button", "action_id": name, "block_id": "transaction 2", "value": carried[0]}
        chosen = {**button, "options": [{"value": f"approve:{carried[0]}"}]}
        for element in (button, chosen):
            await burglar.press("U_REVIEWER", element, where, forged=True)
    for record in state["views"]:
        await burglar.submit("U_REVIEWER", in_view(record)["view"])
    for name in listened()["view"]:
        for told in (carried[0], *metadata):
            view = {"id": "V_FORGED", "type": "modal", "callback_id": name, "private_metadata": told}
            await burglar.submit("U_REVIEWER", view, forged=True)
    tried = burglar.tried.items()
    untried = {kind: [one for one in listened()[kind] if not is_tried(one, names)] for kind, names in tried}
    assert untried == {"action": [], "view": []}

    review = card["metadata"]["event_payload"]["review"]
    there = town.office(THERE)
    for words in (
        "status",
        "waiting",
        "mine",
        "closed",
        "find initech",
        "find 21017",
        review,
        f"why 2 {review}",
    ):
        await there.command("U_REVIEWER", words)
        burglar.answers.append(str(await there.state()))
    for text in ("approve 2", f"approve 2 of {review}", "why 1?", "exit", "<@U_BOT> status"):
        await message_in(burglar, text, thread_ts=card["ts"], parent_user_id="U_BOT")
    file = next(iter(state.get("files", [])), {"id": "F1"})
    await message_in(burglar, "<@U_BOT>", subtype="file_share", files=[{"id": file["id"], "name": "x.csv"}])
    await message_in(burglar, "correct 1", channel="D_U_REQUESTER", channel_type="im")
    await there.do("home", user="U_REVIEWER")
    await at_rest(town)

    assert await fingerprint(town, HERE) == before
    assert await town.bot.stores.reviews.open_reviews(THERE, newest=5) == []
    seen = json.dumps(await there.state()) + "".join(burglar.answers)
    assert not [secret for secret in SECRETS if secret in seen]

    # The same click where it belongs, so that what is tried could have worked.
    own = {"type": "button", "action_id": "approve", "block_id": "transaction 2", "value": carried[1]}
    await Burglar(town, team=HERE).press("U_REVIEWER", own, where)
    assert await fingerprint(town, HERE) != before


async def test_what_one_workspace_paid_is_no_history_and_no_duplicate_in_another(town: Town) -> None:
    rows = (
        b"vendor,amount,currency,invoice,memo\nHooli,14017,USD,INV-77,racks\nHooli,15018,USD,INV-78,racks\n"
    )
    here, there = town.office(HERE), town.office(THERE)
    await here.drop("U_REQUESTER", "a.csv", rows)
    first = await here.card("2 of 2")
    await here.said("You can say")
    for ref in (1, 2):
        await here.reply("U_REVIEWER", f"approve {ref}", first)
    await here.card("everything is decided")
    await here.close("U_REVIEWER", first)
    await at_rest(town)
    await here.drop("U_REQUESTER", "b.csv", rows.replace(b"racks", b"more racks"))
    again = await here.card("2 of 2")
    await there.drop("U_REQUESTER", "a.csv", rows)
    elsewhere = await there.card("2 of 2")

    looks = ((here, first), (here, again), (there, elsewhere))
    found = [await findings(town, office, card) for office, card in looks]
    assert found[0] != found[1]  # so that the comparison can tell
    assert found[0] == found[2]


async def findings(town: Town, office: OfficeOf, card: Json) -> list[set[tuple[str, str]]]:
    """What was found about each payment of a review, and in which words."""
    review = card["metadata"]["event_payload"]["review"]
    loaded = await town.bot.stores.reviews.load(office.home, review, (1, 2))
    assert loaded is not None
    judged = [entry.judgement for entry in loaded.entries.values() if entry.judgement]
    return [{(found.code, found.evidence) for found in judgement.findings} for judgement in judged]


async def test_a_command_that_names_a_workspace_shows_nothing_of_another(town: Town, tmp_path: Path) -> None:
    office, card = await lived_in(town)
    await at_rest(town)
    review = card["metadata"]["event_payload"]["review"]
    said = []
    for arguments in (
        ("show", review),
        ("list", "--json"),
        ("export", review),
        ("audit", "verify", review),
        ("audit", "export", review),
        ("policy", "try", "ours.toml"),
        ("vendors", "show", "Initech"),
    ):
        (tmp_path / "ours.toml").write_text('approvers = ["U_REVIEWER"]\n')
        said.append(await answered(tmp_path, *arguments, "--team", THERE, COUNTERSIGN_DATA="."))
    vendor = said.pop()  # its name is what was asked for
    assert not [secret for secret in SECRETS[1:] if secret in str(vendor)]
    shown = str(said)
    assert not [secret for secret in SECRETS if secret in shown]
    assert f"There is no review {review} in workspace {THERE}." in shown
    own = await answered(tmp_path, "show", review, "--team", office.home, COUNTERSIGN_DATA=".")
    assert "Initech" in own.out


# Keys that name no workspace, and why that shows nothing of one to another. Each entry in them names its own.
SHARED = {
    r"cs:\{\d+\}:(outbox|open|timers)": "entries name workspace and review; jobs are done for theirs",
    r"cs:\{notices\}:people_due": "entries name workspace and person",
    r"cs:\{workspaces\}:installations": "a field a workspace, encrypted, each naming its own inside",
    r"cs:policy(_text)?:\w+": "a policy by the hash of what it says, read by whoever goes by that policy",
    r"cs:policy_history": "the policy of all",
    r"cs:layout": "a number",
    r"cs:install_state:.*": "a random name for one consent",
    r"cs:\{workspaces\}:installs_begun": "a number",
}


async def test_every_key_names_its_workspace_or_stands_in_the_list_of_those_that_need_not(town: Town) -> None:
    for team in (HERE, THERE):
        office = town.office(team)
        await office.command("U_REQUESTER", PAYMENTS)
        card = await office.card("2 of 3")
        await office.said("You can say")
        await office.command("U_REQUESTER", BAD_ROW)
        await office.drop("U_REQUESTER", "a.csv", b"vendor,amount,currency\nHooli,14017,USD\n")
        await office.do("home", user="U_REVIEWER")
        await office.reply("U_REVIEWER", "away until Monday", card)
        await office.click("U_REVIEWER", card, "approve_all")
    await at_rest(town)
    async with aclosing(connect(town.bot.redis_url)) as redis:
        found = [str(key) async for key in redis.scan_iter(match="cs:*", count=500)]
    nameless = [key for key in found if HERE not in key and THERE not in key]
    astray = [key for key in nameless if not any(re.fullmatch(pattern, key) for pattern in SHARED)]
    assert not astray
    assert len(found) > len(nameless) > 0
