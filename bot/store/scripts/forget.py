"""``forget.lua`` as a function: words taken out of a review, all at once or none."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from redis.asyncio import Redis

from bot.store.keys import ReviewKeys
from bot.store.scripts import lua


class ForgettingStep(NamedTuple):
    """What changes of one review, and what it was made of.

    ``version`` and ``stamp`` are those of the state that was read, empty where there is none; ``length`` and
    ``link`` where the trail ended. ``lines`` and ``turns`` have by place, from 0, what stands there now, and
    ``line`` is the new one of the trail. ``job`` are the fields of the job that has the card drawn anew.
    """

    version: str
    stamp: str
    length: int
    link: str
    lines: Mapping[int, str]
    line: str
    turns: Mapping[int, str] = {}
    fields: Mapping[str, str] = {}
    unset: Sequence[str] = ()
    person: str = ""
    job: Mapping[str, str] = {}


class ForgetScript:
    """Sends such steps."""

    def __init__(self, redis: Redis) -> None:
        self._script = redis.register_script(lua("forget"))

    async def __call__(self, keys: ReviewKeys, step: ForgettingStep) -> bool:
        """Whether it was taken; not where the review changed since it was read, or is open."""
        names = [keys.state, keys.turns, keys.audit, keys.refused, keys.refusals, keys.outbox]
        return await self._send(names, step)

    async def of_trail(self, trail: str, step: ForgettingStep) -> bool:
        """Whether it was taken of a trail that belongs to no review; not where it has grown since."""
        nothing = f"{trail}:-"  # in the trail's slot
        return await self._send([nothing, nothing, trail, nothing, nothing, nothing], step)

    async def _send(self, names: Sequence[str], step: ForgettingStep) -> bool:
        body = {
            **{
                name: getattr(step, name) for name in ("version", "stamp", "length", "link", "line", "person")
            },
            "lines": [part for pair in step.lines.items() for part in pair],
            "turns": [part for pair in step.turns.items() for part in pair],
            "set": [part for pair in step.fields.items() for part in pair],
            "unset": list(step.unset),
            "job": [part for pair in step.job.items() for part in pair],
        }
        return bool(await self._script(keys=list(names), args=[json.dumps(body)]))
