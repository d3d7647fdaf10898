"""A whole job, with everything that can go wrong in it, leaves nothing in the log of what people wrote."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.application.converse import Converse
from bot.config.settings import Settings
from bot.config.tracing import traced
from bot.llm.openai_model import OpenAIModel, connect_openai
from handlers.outbound.publisher import SlackPublisher
from tests import openai_server
from tests.collector import collector
from tests.handlers.inbound.edge import edge_of, entries, logged
from tests.office import Json, Office, open_office

KEY = "sk-canary-key"
REASON, WORDS, SAID = "canaryreason", "canarywords, if you please", "canaryanswer"
ROWS = "12000 USD | Canaryvendor | Canarymemo\n15000 USD | Globex | Rent"
TABLE = "amount,currency,vendor,memo\n18000,USD,Canarytablevendor,Canarytablememo\n"
# Whatever is typed here, in whatever case, and whatever opens doors.
SECRETS = ("canary", "xoxb-", "xapp-", "sandbox-signing-secret", "ticket=", "bearer", "v0=")


@dataclass
class Fault:
    """Fails once with an exception that quotes what it was about, as code may that nobody thought of."""

    real: Any
    kind: type[Exception]
    failed: bool = False

    def method(self) -> Any:
        async def method(*given: Any, **named: Any) -> Any:
            if self.failed:
                return await self.real(*given, **named)
            self.failed = True
            raise self.kind(f"what about {given[1:]} of {REASON} and {KEY}?")

        return method


@contextlib.asynccontextmanager
async def bot(folder: Path, way: str) -> AsyncIterator[Office]:
    """The bot, with a model over HTTP that is out of order at first, then quotes all that it reads."""
    behaviours = [
        openai_server.BROKEN,
        openai_server.Behaviour(text=lambda user: f"I read {user} and {SAID}"),
        openai_server.Behaviour(text=lambda user: f'{{"intent": "other", "answer": "{SAID}"}}'),
    ]
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(openai_server.OpenAIServer(behaviours, key=KEY))
        client = await stack.enter_async_context(connect_openai(KEY, base_url=server.url, retries=1))
        office = await stack.enter_async_context(open_office(folder, model=OpenAIModel(client, "m")))
        if way == "HTTP":
            edge = await stack.enter_async_context(edge_of(office))
            office.sandbox.deliver_to(f"{edge.url}/slack/events")
        yield office


async def job(office: Office, patch: pytest.MonkeyPatch) -> None:
    """Hand in, ask, decide, and meet faults in between: ours, Slack's, the model's, the file's."""
    await office.fault(method="chat.postMessage", status=500)
    await office.command("U_REQUESTER", ROWS)
    card = await office.card("2 of 2 payment")
    await office.drop("U_REQUESTER", "canarytable.csv", TABLE.encode(), "<@U_BOT> canarycomment")
    await office.card("1 of 1 payment")
    await office.drop("U_REQUESTER", "canarybroken.xlsx", b"PK\x03\x04 canarybytes")
    await office.told("U_REQUESTER")
    await office.reply("U_REVIEWER", f"reject 2: {REASON}", card)
    await office.said("Rejected: #2")
    await office.reply("U_REVIEWER", WORDS, card)
    for kind in (ValueError, RuntimeError):
        patch.setattr(Converse, "reply", Fault(Converse.reply, kind).method())
        await office.reply("U_REVIEWER", f"{WORDS} ({kind.__name__})", card)
    patch.setattr(SlackPublisher, "publish", Fault(SlackPublisher.publish, RuntimeError).method())
    await office.click("U_REVIEWER", card, "approve", 1)
    await office.said("All payments have been processed.")


@pytest.mark.parametrize("way", ["HTTP", "Socket Mode"])
@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
async def test_no_memo_and_no_token_is_in_any_line_or_span_and_each_line_is_one_object(
    tmp_path: Path, level: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with logged(level) as written:
        async with (
            collector() as traces,
            traced(Settings(_env_file=None, otlp_endpoint=traces.url)),
            bot(tmp_path, way) as office,
        ):
            await job(office, monkeypatch)
    told = written.getvalue().lower().splitlines()
    assert [line for line in told if any(secret in line for secret in SECRETS)] == []
    lines = entries(written)
    events = [line["event"] for line in lines]
    assert {"request", "step stored", "job done", "job failed", "slack call"} <= set(events)
    assert events.count("listener failed") >= 2
    failed: Json = next(line for line in lines if line["event"] == "listener failed")
    assert failed["exception"][0]["type"] == "ValueError"
    assert failed["request"]
    assert [secret for secret in SECRETS if secret in traces.words.lower()] == []
    failures = {span.facts.get("error.type") for span in traces.spans if span.name == "job publish"}
    assert {None, "RuntimeError"} <= failures
    names = {span.name for span in traces.spans}
    assert {"request message", "step", "commit", "job assess", "slack chat.postMessage"} <= names
