"""What the harness writes down while it runs: deliveries, cards as they changed, private words, deaths."""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.delivery.sender import DeliveryKind, DeliveryResult, Retry, Transport
from bot.sandbox.workspace.changes import Changes
from tests.chaos.wishes import Json, Wish, read

EVENT = "countersign_review"
NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Delivered:
    """One attempt to hand a wish to the bot; times are seconds since 1970."""

    wish: Wish
    sent: float
    done: float
    acked: bool
    body: Any

    def could_make(self, at: float) -> bool:
        """Whether something stored at that time can come of it; an unanswered try may work on for long."""
        return self.sent <= at and (not self.acked or at <= self.done)


@dataclass(frozen=True, slots=True)
class Shown:
    """A card as it was posted or updated; ``steps`` grow with the review and never shrink."""

    at: float
    review: str
    steps: tuple[int, int]
    header: str


@dataclass(frozen=True, slots=True)
class Told:
    """Something that one person alone was told."""

    at: float
    user: str
    channel: str


@dataclass(frozen=True, slots=True)
class Death:
    """One ``kill -9``."""

    at: float
    kind: str
    name: str


@dataclass(slots=True)
class Records:
    """Everything the judge knows beside what is stored and what is shown in the end."""

    delivered: list[Delivered] = field(default_factory=list)
    cards: list[Shown] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    asked_why: list[Told] = field(default_factory=list)  # by the form that asks why a payment is approved
    deaths: list[Death] = field(default_factory=list)
    api: dict[str, int] = field(default_factory=dict)
    changed: float = 0.0
    in_flight: int = 0

    def duplicates(self) -> int:
        """Deliveries of something that had been delivered before."""
        return len(self.delivered) - len({one.wish.name for one in self.delivered})


class Recorder(Changes):
    """Stands in for the sandbox's stream of changes and writes down what the judge needs of it.

    A card is written down in the moment it changes: a reader of the stream would see later states only.
    """

    def __init__(self, records: Records) -> None:
        super().__init__()
        self._records = records

    def tell(self, kind: str, **what: Any) -> None:
        if kind == "message":
            self._message(what["message"])
        elif kind == "api":
            name = f"{what['method']} {'ok' if what['ok'] else what['error']}"
            self._records.api[name] = self._records.api.get(name, 0) + 1
        elif kind == "view" and what["view"]["blocks"][0]["block_id"] == NOTICE:
            # What a click in a modal is answered, on top of it.
            self._records.told.append(Told(time.time(), what["user"], ""))
        elif kind == "view" and what["view"].get("callback_id") == "approval_reason":
            self._records.asked_why.append(Told(time.time(), what["user"], ""))
        super().tell(kind, **what)

    def _message(self, message: Json) -> None:
        now = self._records.changed = time.time()
        if message["ephemeral_to"]:
            self._records.told.append(Told(now, message["ephemeral_to"], message["channel"]))
        elif message["channel"].startswith("D_"):
            self._records.told.append(Told(now, message["channel"].removeprefix("D_"), message["channel"]))
        elif (payload := part_of(message)).get("part") == "card":
            text = header_of(message)
            self._records.cards.append(Shown(now, payload["review"], steps_of(text), text))


class Observed:
    """The way to the bot, with everything that goes over it written down."""

    def __init__(self, way: Transport, records: Records) -> None:
        self._way = way
        self._records = records

    async def deliver(self, kind: DeliveryKind, payload: Json, retry: Retry | None) -> DeliveryResult:
        """Deliver, and note when it was sent and what came back."""
        wish, sent = read(kind, payload), time.time()
        self._records.in_flight += 1
        try:
            answer = await self._way.deliver(kind, payload, retry)
        finally:
            self._records.in_flight -= 1
        if wish is not None:
            self._records.delivered.append(Delivered(wish, sent, time.time(), answer.ok, answer.body))
        return answer


def part_of(message: Json) -> Json:
    """What a message of the bot says it is: its review, and card or turns; empty for other messages."""
    metadata = message.get("metadata") or {}
    payload: Json = metadata.get("event_payload") or {}
    return payload if metadata.get("event_type") == EVENT else {}


def header_of(message: Json) -> str:
    """The first line of a card; its text, where Slack would not take the blocks."""
    blocks = message["blocks"] or []
    return str(blocks[0]["text"]["text"]) if blocks and "text" in blocks[0] else str(message["text"])


def steps_of(header: str) -> tuple[int, int]:
    """How far a review is, by its header: assessing (rows judged), waiting (minus the undecided), ended."""
    after = re.sub(r"^(Review )?R-\w+:?", "", header)
    counts = [int(number.replace(",", "")) for number in re.findall(r"\b[0-9][0-9,]*\b", after)]
    if "being assessed" in header:
        return 0, counts[0]
    if "need a decision" in header or "needs a decision" in header:
        return 1, -counts[0]
    if "on hold" in header:
        return 1, 0
    return (2 if "everything is decided" in header else 3), 0


def killed_between(deaths: Iterable[Death], kinds: set[str], first: float, last: float) -> bool:
    """Whether a process of these kinds was killed in that time."""
    return any(one.kind in kinds and first <= one.at <= last for one in deaths)
