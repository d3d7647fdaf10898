"""The scripted model of a run: slow enough to be interrupted, and it remembers every call."""

import asyncio
import json
import re
import time
from dataclasses import dataclass

from aiohttp import web

from tests.openai_server import Behaviour, OpenAIServer, flags_of

THINKING = 0.3  # seconds
HINT = re.compile(r"I would let ([0-9]+) pass")


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was paid for: when it came, and the user's message in it."""

    at: float
    content: str


class Model(OpenAIServer):
    """Finds nothing suspicious in payments, and reads hints as decisions to be confirmed."""

    def __init__(self) -> None:
        super().__init__([Behaviour(text=answer)])
        self.calls: list[Call] = []

    async def _complete(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.calls.append(Call(time.time(), body["messages"][1]["content"]))
        await asyncio.sleep(THINKING)
        return await super()._complete(request)


def answer(user: str) -> str:
    """To a chunk of payments: no flags. To a reply: a decision where it hints at one, else small talk."""
    if not user.startswith("{"):
        return flags_of(user, lambda rows: [])
    reply = json.loads(user)["reply"]
    understood: dict[str, object] = {
        "intent": "chat",
        "asks": [],
        "answer": f"About {reply!r}: noted.",
        "question": "",
    }
    if found := HINT.search(reply):
        ask = {"kind": "approve", "refs": [int(found[1])], "all": False, "reason": ""}
        understood |= {"intent": "decide", "asks": [ask]}
    return json.dumps(understood)
