"""Somebody in one workspace who sends what the messages and forms of another carry, as if it were theirs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from slack_bolt.async_app import AsyncBoltRequest

from bot.sandbox.delivery.installation import Installation
from tests.office import FINANCE, Json
from tests.several_offices import TEAMS, Town

HERE, THERE = TEAMS[0], TEAMS[1]  # whose things are tried, and from where


@dataclass(slots=True)
class Burglar:
    """Somebody in one workspace who sends what another one's buttons and forms carry."""

    town: Town
    team: str = THERE
    answers: list[str] = field(default_factory=list)
    tried: dict[str, set[str]] = field(default_factory=lambda: {"action": set(), "view": set()})

    @property
    def place(self) -> Installation:
        found = self.town.sandbox.installations.of_team(self.team)
        assert found is not None
        return found

    def _about(self, user: str) -> Json:
        return {
            "team": {"id": self.team, "domain": "x"},
            "user": {"id": user, "team_id": self.team},
            "trigger_id": self.place.trigger_ids.issue(user, FINANCE),
            "response_url": self.place.response_url(user, FINANCE),
            "is_enterprise_install": False,
        }

    async def send(self, body: Json, *, forged: bool = False) -> None:
        """Hand a request to the bot; one that no client would make may fail, but do nothing either."""
        request = AsyncBoltRequest(mode="socket_mode", body=body)
        answer = await self.town.bot.slack.async_dispatch(request)
        assert forged or answer.status == 200, body
        self.answers.append(str(answer.body))

    async def press(self, user: str, element: Json, where: Json, *, forged: bool = False) -> None:
        """Use an element of another's message or form, as it stands there."""
        sent = ("type", "action_id", "block_id", "value")
        action: Json = {key: element[key] for key in sent if key in element}
        if options := element.get("options"):
            action["selected_option"] = options[0]
        if element["type"] in {"static_select", "overflow"} and "selected_option" not in action:
            action["selected_option"] = {"value": element.get("value", "x")}
        self.tried["action"].add(element["action_id"])
        body = {"type": "block_actions", **self._about(user), **where, "actions": [action]}
        await self.send(body, forged=forged)

    async def submit(self, user: str, view: Json, *, forged: bool = False) -> None:
        """Submit another's form, as it stands there."""
        self.tried["view"].add(view["callback_id"])
        body = {"type": "view_submission", "view": {"state": {"values": {}}, **view}}
        await self.send({**self._about(user), **body}, forged=forged)


def elements_in(value: Any, block_id: str = "") -> Iterator[Json]:
    """Everything that can be used in blocks, with the id of its block."""
    if isinstance(value, dict):
        block_id = str(value.get("block_id") or block_id)
        if isinstance(value.get("action_id"), str):
            yield {**value, "block_id": block_id}
        for part in value.values():
            yield from elements_in(part, block_id)
    elif isinstance(value, list):
        for part in value:
            yield from elements_in(part, block_id)


def places(state: Json) -> Iterator[tuple[Json, Json]]:
    """Each usable element of a workspace, and where a click on it says that it stands."""
    for message in state["messages"]:
        container = {"type": "message", "message_ts": message["ts"], "channel_id": message["channel"]}
        where = {
            "container": container,
            "channel": {"id": message["channel"]},
            "message": {"ts": message["ts"]},
        }
        for element in elements_in(message["blocks"]):
            yield element, where
    for record in state["views"]:
        yield from ((element, in_view(record)) for element in elements_in(record["view"]["blocks"]))
    for home in filter(None, state["homes"].values()):
        where = {
            "container": {"type": "view"},
            "view": {"type": "home", "id": "V_HOME", "private_metadata": ""},
        }
        yield from ((element, where) for element in elements_in(home["blocks"]))


def in_view(record: Json) -> Json:
    view = {**record["view"], "id": record["id"], "blocks": [], "state": {"values": {}}}
    return {"container": {"type": "view", "view_id": record["id"]}, "view": view}


async def message_in(burglar: Burglar, text: str, **more: Any) -> None:
    """What somebody writes in the other workspace, as Slack tells of it."""
    ts = burglar.place.workspace.timestamps.next()
    event = {
        "type": "message",
        "user": "U_REVIEWER",
        "team": THERE,
        "channel": FINANCE,
        "channel_type": "channel",
        "text": text,
        "ts": ts,
        "event_ts": ts,
        **more,
    }
    authorization = {
        "team_id": THERE,
        "enterprise_id": None,
        "is_enterprise_install": False,
        "user_id": "U_BOT",
    }
    body = {"type": "event_callback", "team_id": THERE, "event": event, "event_id": f"Ev{ts}"}
    await burglar.send({**body, "authorizations": [authorization]})
