"""The workspace of a run: more people and channels than the sandbox starts with, and everything noted."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import aiohttp

from bot.sandbox import Sandbox
from bot.sandbox.delivery.faults import Fault, Faults
from bot.sandbox.delivery.sender import Transport
from bot.sandbox.workspace.initial_content import BOT_USER
from bot.sandbox.workspace.people import Person
from handlers.manifest import EVENTS, SCOPES
from tests.chaos.clock import RunClock
from tests.chaos.plan import Plan
from tests.chaos.records import Observed, Recorder, Records, part_of
from tests.chaos.wishes import Json

TEAM = "T_SANDBOX"
OPERATORS = "C_OPERATORS"
REVIEWS_A_CHANNEL = 2  # a channel takes one message a second, so that all in one would wait for minutes
RETRIES = (0.2, 1.0, 3.0)  # Slack waits for minutes; nobody here does


@dataclass(frozen=True, slots=True)
class Button:
    """A button as somebody saw it; the card may have lost it since."""

    action: str
    block: str
    value: str

    @property
    def ref(self) -> int:
        """The payment that it stands at; 0 for a button of the whole card."""
        item = self.value.split(":")[1] if self.value.count(":") == 2 else ""
        return int(item) if item and self.action in ("approve", "reject", "hold") else 0


class Counting(Faults):
    """The faults on order, counting those that come up: some wait in vain for a call that they fit."""

    def __init__(self, met: Counter[str]) -> None:
        super().__init__()
        self._met = met

    def take(self, name: str) -> Fault | None:
        fault = super().take(name)
        if fault is not None:
            self._met[in_a_word(fault)] += 1
        return fault


def in_a_word(fault: Fault) -> str:
    """What a fault is, as the figures name it."""
    if fault.failure is not None:
        return "429" if fault.status == 429 else "error"
    kinds = (("lost answer", fault.drop), ("twice", fault.redeliver), ("overtaken", fault.hold))
    return next((word for word, given in kinds if given), "slow")


class Town(Sandbox):
    """A sandbox with the people of a plan, whose deliveries and cards are written down."""

    def __init__(self, plan: Plan, records: Records, clock: RunClock) -> None:
        super().__init__(scopes=SCOPES, events=EVENTS, retry_delays=RETRIES, clock=clock)
        self._plan = plan
        self.records = records
        self.acts = 0
        self.met: Counter[str] = Counter()
        self._faults = Counting(self.met)
        self.channels = [f"C_{number:03}" for number in range(1, plan.scale.reviews // REVIEWS_A_CHANNEL + 2)]

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self.workspace = self.installation.workspace
        for user in self._plan.people:
            self.workspace.keep_person(Person(user, user.lower()))
        members = [BOT_USER, *self._plan.people]
        for number, channel in enumerate(self.channels):
            place = {"id": channel, "name": f"batch-{number}", "is_im": False, "members": members}
            self.workspace.channels[channel] = place
        place = {"id": OPERATORS, "name": "operators", "is_im": False, "members": members}
        self.workspace.channels[OPERATORS] = place
        self.workspace.changes = self.workspace.views.changes = Recorder(self.records)
        self._people = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self

    async def __aexit__(self, *raised: Any) -> None:
        await self._people.close()
        await super().__aexit__(*raised)

    def _transport(self) -> Transport:
        return Observed(super()._transport(), self.records)

    async def act(self, path: str, **fields: Any) -> Json:
        """What a person does, through the sandbox's own door; its answer."""
        self.acts += 1
        return await self._post(path, fields)

    async def trouble(self, fault: Json) -> None:
        """Order a fault."""
        await self._post("faults", fault)
        self.met.update(["disconnect"] if "disconnect" in fault else [])

    async def _post(self, path: str, fields: Json) -> Json:
        async with self._people.post(f"{self.url}/sandbox/{path}", json=fields) as response:
            answer: Json = await response.json()
            return answer

    def cards(self) -> Iterator[Json]:
        """Every card there is, as it is now."""
        for channel in self.channels:
            for message in self.workspace.posted(channel):
                if part_of(message).get("part") == "card":
                    yield message

    def thread(self, card: Json) -> list[Json]:
        """What everybody reads under a card, oldest first."""
        return self.workspace.thread(card["channel"], card["ts"])[1:]

    def modal_of(self, user: str) -> Json | None:
        """The form that a person has before them."""
        stack = self.workspace.views.stack(user)
        return stack[-1] if stack else None


def buttons_of(card: Json) -> list[Button]:
    """All buttons of a message, in order, and what its menu about the whole review would press."""
    pressed = [
        Button(element["action_id"], block["block_id"], element["value"])
        for block in card["blocks"] or []
        if block["type"] == "actions"
        for element in block["elements"]
        if element["type"] == "button"
    ]
    chosen = [
        Button(entry["value"].partition(":")[0], block["block_id"], entry["value"].partition(":")[2])
        for block in card["blocks"] or []
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"] == "review_menu"
        for entry in element["options"]
    ]
    return [*pressed, *chosen]
