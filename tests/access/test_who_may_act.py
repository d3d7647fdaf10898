"""Who may do what: each way in tried by each kind of person; the table in SECURITY.md is made of this."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.policy import Policy
from tests.access.everybody import APPROVERS, CHANNEL, KINDS, POLICY, ROWS, WAYS, Scene, review_of
from tests.conftest import every_key_has_its_lifetime
from tests.office import Json, Office, cards, open_office, sandbox_policy, shows

PAGE = Path(__file__).parents[2] / "SECURITY.md"
BEGIN, END = "<!-- who may act: made by tests/access -->", "<!-- end -->"
SECRET = "Initech"
PAYMENTS = "\n".join(f"${20_000 + number} to {SECRET}. Memo: part {number}" for number in range(ROWS))
BAD_ROW = f"$12000 to {SECRET}. Memo: x\n$many to {SECRET}. Memo: y"
FROZEN = """vendor,amount,currency,iban
Hooli,400,USD,GB29NWBK60161331926819
Hooli,500,USD,DE02120300000000202051
"""
SHOWN = (SECRET, "payments wait", "need a decision", "is not an amount")
SAYS = {
    "guest": "You are a guest",
    "single-channel guest": "You are a guest",
    "other organisation": "another workspace or organisation",
    "Slack does not say": "did not tell me",
}


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    matrix = Policy.from_toml(POLICY)
    policy = sandbox_policy(approvers=APPROVERS, groups=matrix.groups, routes=matrix.routes)
    async with open_office(tmp_path, policy=policy, channel=CHANNEL) as office:
        await office.do("people", member="U_NEW", name="ida", kind="member")
        await office.do("members", user="U_REQUESTER", channel=CHANNEL, member="U_NEW")
        await office.do("people", member="U_PAYROLL", name="pia", kind="member")
        await office.command("U_REQUESTER", PAYMENTS, CHANNEL)
        card = await office.card(f"{ROWS} of {ROWS} payments need")
        await office.said("You can say")
        await office.command("U_REQUESTER", BAD_ROW, CHANNEL)
        draft = await office.told("U_REQUESTER", "could not be read")
        blocks = [block for block in card["blocks"] if block["type"] == "actions"]
        await office.drop("U_REQUESTER", "run.csv", FROZEN.encode())
        frozen = await office.card("2 of 2 payments need")
        to_end, ended = await waiting(office, "Ending Ltd"), await waiting(office, "Ended Ltd")
        yield Scene(office, card, draft, blocks[0]["elements"][0]["value"], frozen, to_end, ended)
        await every_key_has_its_lifetime(office.bot.redis_url)


async def waiting(office: Office, vendor: str) -> Json:
    """The card of a review of one payment that nobody has decided."""
    await office.command("U_REQUESTER", f"$12000 to {vendor}. Memo: chairs", CHANNEL)
    card: Json = await office.until(
        lambda state: next((one for one in cards(state) if shows(one, vendor, "need")), None)
    )
    return card


async def heard_by(scene: Scene, user: str) -> tuple[list[str], list[str]]:
    """What this person alone has been told, and what they see in forms and the Home tab."""
    state = await scene.office.state()
    direct = scene.installation.workspace.open_direct(user)["id"]
    told = [text_of(one) for one in state["messages"] if one["ephemeral_to"] == user]
    by_bot = [one for one in state["messages"] if one["user"] == "U_BOT" and one["channel"] == direct]
    told += [text_of(one) for one in by_bot if not one["ephemeral_to"]]
    # Apart from the forms that the tests themselves open.
    ours = ("reason", "submit", "bulk", "call_back", "add_approver", "close_review")
    mine_open = [one["view"] for one in state["views"] if one["user"] == user]
    views = [json.dumps(view) for view in mine_open if view["callback_id"] not in ours]
    views += [json.dumps(state["homes"].get(user) or {})]
    return told, views


def text_of(message: Json) -> str:
    return f"{message['text']} {json.dumps(message['blocks'])}"


async def counted(scene: Scene) -> dict[str, int]:
    return {
        "decides": await scene.decided(),
        "releases": await scene.events(review_of(scene.to_end), "released"),
        "closes": await scene.events(review_of(scene.to_end), "closed"),
        "reopens": await scene.events(review_of(scene.ended), "reopened"),
        "claims": await scene.claimed(),
        "calls": await scene.called(),
        "adds": await scene.added(),
        "nudges": await scene.nudged(),
        "submits": await scene.submitted(),
        "hands over": await scene.files(),
    }


async def tried(scene: Scene, way: str, kind: str) -> str:
    """``yes``, ``no`` with a sentence, or ``-`` where nothing was done and nothing said."""
    user, (act, effect) = KINDS[kind], WAYS[way]
    before = await counted(scene)
    told, views = await heard_by(scene, user)
    if user == "U_NEW":
        await scene.office.do("faults", clear=True)
        await scene.office.fault(method="users.info", error="internal_error", times=999)
        await scene.office.bot.use_cases.access.forget(user)
    answer = await act(scene, user)
    await scene.office.do("faults", clear=True)
    after = await counted(scene)
    now_told, now_views = await heard_by(scene, user)
    said = [*now_told[len(told) :], *(view for view in now_views if view not in views)]
    if answer and "errors" in answer["response"]:  # under a field of the form, which stays open
        said.append(json.dumps(answer["response"]))
    done = {what: after[what] > before[what] for what in before}
    done["looks"] = any(shown in one for shown in SHOWN for one in said)
    astray = {what for what, happened in done.items() if happened} - {effect, "looks"}
    assert not astray or (effect, astray) == ("hands over", {"submits"}), f"{way}, {kind}: {astray}"
    scene.installation.workspace.views.clear(user)
    if done[effect]:
        return "yes"
    if kind in SAYS and said:
        assert all(SAYS[kind] in one for one in said), f"{way}, {kind}: {said}"
        assert not done["looks"], f"{way}, {kind}: {said}"
    return "no" if said else "-"


async def test_every_way_in_with_every_kind_of_person_is_as_the_table_says(scene: Scene) -> None:
    lines = [f"| | {' | '.join(KINDS)} |", f"|---|{'---|' * len(KINDS)}"]
    for way in WAYS:
        cells = [await tried(scene, way, kind) for kind in KINDS]
        lines.append(f"| {way} | {' | '.join(cells)} |")
    table = "\n".join(lines)
    written = PAGE.read_text().partition(BEGIN)[2].partition(END)[0].strip()
    assert written == table, f"the table in SECURITY.md is not what happens:\n{table}"
    assert shows(scene.card, "Decision by")
