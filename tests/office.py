"""A running bot in a sandbox workspace, and people to act in it, over real HTTP and WebSocket."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.app import Bot, assembled, working
from bot.application.ports import UNOBSERVED, Observer
from bot.cli.demo_clock import clock_of, keep_ages
from bot.config.settings import Settings
from bot.domain.policy import Policy, default_policy
from bot.domain.review.state import ReviewState
from bot.llm import ChatModel
from bot.sandbox import Sandbox
from handlers.inbound.socket_mode import socket_mode
from handlers.manifest import EVENTS, SCOPES

FINANCE = "C_FINANCE"
TEAM = "T_SANDBOX"
OLDER = {"hold", "reject_all", "everything"}  # buttons that older cards have, or that only some cards have
PATIENCE = 45.0  # seconds until something awaited counts as never coming

Json = dict[str, Any]

SEED = """Please process the following transactions one at a time:

1. Transaction: $1500 to Unicorn LLC. Memo: Quarterly supplies.
2. Transaction: $12000 to Acme Corp. Memo: Reimbursement.
3. Transaction: $4000 to CyberSins Ltd. Memo: Routine payment."""


def sandbox_policy(**changes: Any) -> Policy:
    """The default policy with the sandbox's approvers."""
    return default_policy().model_copy(update={"approvers": ("U_REVIEWER", "U_SECOND"), **changes})


@dataclass(frozen=True, slots=True)
class Office:
    """The workspace as tests see it: its door, and the bot behind it."""

    sandbox: Sandbox
    session: aiohttp.ClientSession
    bot: Bot

    async def do(self, act: str, **fields: Any) -> Json:
        """An act of a person through the door; its answer, which says how the bot acknowledged."""
        async with self.session.post(f"{self.sandbox.url}/sandbox/{act}", json=fields) as response:
            answer: Json = await response.json()
            return answer

    async def command(self, user: str, text: str, channel: str = FINANCE) -> Json:
        return await self.do("commands", user=user, channel=channel, command="/transactions", text=text)

    async def reply(self, user: str, text: str, thread: Json) -> Json:
        return await self.do(
            "messages", user=user, channel=thread["channel"], text=text, thread_ts=thread["ts"]
        )

    async def click(self, user: str, card: Json, action: str, ref: int | None = None, **more: Any) -> Json:
        block = "review" if ref is None else f"transaction {ref}"
        if chosen := _in_menu(card, block, action):
            action, more = "review_menu", {"selected": chosen, **more}
        elif action in OLDER:
            more = {"force": True, "value": _value_at(card, block), **more}
        answer = await self.do(
            "actions",
            user=user,
            channel=card["channel"],
            message_ts=card["ts"],
            action_id=action,
            block_id=block,
            **more,
        )
        assert "error" not in answer, f"no such button on the card: {answer}"
        return answer

    async def confirm(self, user: str, *words: str) -> Json:
        """Confirm the newest proposal that shows these words; answers the message of it as it was."""
        proposal = await self.said("I understood:", *words)
        where = {"channel": proposal["channel"], "message_ts": proposal["ts"], "block_id": "proposal"}
        await self.do("actions", user=user, action_id="confirm", **where)
        return proposal

    async def close(self, user: str, card: Json) -> None:
        """Close the review by button, and confirm the form that asks where something is open."""
        await self.click(user, card, "exit")
        for form in await self.views(user):
            await self.do(f"views/{form['id']}/submit", user=user, values={})

    async def drop(self, user: str, name: str, content: bytes, comment: str = "<@U_BOT>") -> Json:
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("user", user)
        form.add_field("channel", FINANCE)
        form.add_field("comment", comment)
        form.add_field("file", content, filename=name)
        async with self.session.post(f"{self.sandbox.url}/sandbox/files", data=form) as response:
            answer: Json = await response.json()
            return answer

    async def state(self) -> Json:
        async with self.session.get(f"{self.sandbox.url}/sandbox/state") as response:
            state: Json = await response.json()
            return state

    @property
    def changes_url(self) -> str:
        """Where the workspace's changes are told."""
        return f"{self.sandbox.url}/sandbox/events"

    async def until(self, wanted: Callable[[Json], Any]) -> Any:
        """What ``wanted`` finds in the workspace, as soon as it finds something; looked at on each change."""
        async with (
            asyncio.timeout(PATIENCE),
            self.session.get(self.changes_url) as changes,
        ):
            async for line in changes.content:
                if line.startswith(b"data:") and (found := wanted(await self.state())):
                    return found
        raise AssertionError("the stream of changes ended")

    async def card(self, says: str = "", number: int = -1) -> Json:
        """The newest card, once its header says so."""
        found: Json = await self.until(lambda state: _card(state, says, number))
        return found

    async def said(self, *words: str) -> Json:
        """The newest message that shows all these words, once it is there."""
        found: Json = await self.until(
            lambda state: next((one for one in state["messages"][::-1] if shows(one, *words)), None)
        )
        return found

    async def told(self, user: str, *words: str) -> Json:
        """What only this person sees."""
        found: Json = await self.until(
            lambda state: next(
                (
                    one
                    for one in state["messages"][::-1]
                    if one["ephemeral_to"] == user and shows(one, *words)
                ),
                None,
            )
        )
        return found

    async def review_state(self, card: Json) -> ReviewState:
        """The stored state behind a card."""
        review = card["metadata"]["event_payload"]["review"]
        review_state = await self.bot.stores.reviews.state(TEAM, review)
        assert review_state is not None
        return review_state

    async def views(self, user: str) -> list[Json]:
        return [one for one in (await self.state())["views"] if one["user"] == user]

    async def advance(self, **by: Any) -> Json:
        """Put the clock of all forward by ``hours`` or ``days``, or ``to`` a moment (ISO 8601)."""
        named = {("to" if name == "to" else f"advance_{name}"): value for name, value in by.items()}
        answer = await self.do("clock", **named)
        assert answer["ok"], answer
        return answer

    async def fault(self, **fields: Any) -> None:
        await self.do("faults", **fields)


def _value_at(card: Json, block_id: str) -> str:
    """What the buttons of a payment carry."""
    rows = [block for block in card["blocks"] if block.get("block_id") == block_id]
    return str(rows[0]["elements"][0]["value"])


def _in_menu(card: Json, block_id: str, action: str) -> str:
    """The value of that entry of a card's menu about the whole review, where the card has it there."""
    elements = [
        element
        for block in card["blocks"]
        if block.get("block_id") == block_id
        for element in block["elements"]
    ]
    entries = [
        entry["value"] for one in elements if one["action_id"] == "review_menu" for entry in one["options"]
    ]
    return next((str(entry) for entry in entries if entry.startswith(f"{action}:")), "")


def shows(message: Json, *words: str) -> bool:
    """Whether a message shows all these words, in its text or its blocks."""
    shown = f"{message['text']} {json.dumps(message['blocks'], ensure_ascii=False)}"
    return all(word in shown for word in words)


def cards(state: Json) -> list[Json]:
    """The cards in the channel, oldest first."""
    return [
        one
        for one in state["messages"]
        if ((one.get("metadata") or {}).get("event_payload") or {}).get("part") == "card"
    ]


def _card(state: Json, says: str, number: int) -> Json | None:
    found = cards(state)
    if not found:
        return None
    card = found[number]
    header = str(card["blocks"][0]["text"]["text"])  # of one payment it "needs", of several they "need"
    return card if says.replace("needs", "need") in header.replace("needs", "need") else None


@contextlib.asynccontextmanager
async def open_office(
    folder: Path,
    *,
    policy: Policy | None = None,
    policy_file: Path | None = None,
    policy_of_redis: bool = False,
    model: ChatModel | None = None,
    redis_url: str | None = None,
    with_worker: bool = True,
    channel: str | None = FINANCE,
    pace: float = 0,
    operators: str | None = None,
    observer: Observer = UNOBSERVED,
    **sandbox_options: Any,
) -> AsyncIterator[Office]:
    """Everything started, and taken down again.

    The policy is the given one, else the sandbox's; with ``policy_of_redis`` or a ``policy_file``, which is
    brought there, it is the one in force in Redis.
    """
    chosen = policy or sandbox_policy()
    given = None if policy_file or policy_of_redis else lambda: chosen
    # What the manifest does not ask for, the workspace does not give.
    granted = {"scopes": tuple(SCOPES), "events": tuple(EVENTS)}
    options = {"retry_delays": (0.0, 0.05, 0.05), "clock_advances": True, **granted, **sandbox_options}
    async with contextlib.AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox(**options))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        settings = Settings(
            _env_file=None,
            slack_bot_token=SecretStr(sandbox.bot_token),
            slack_signing_secret=SecretStr(sandbox.signing_secret),
            slack_api_url=sandbox.api_url,
            redis_url=redis_url,
            data=folder,
            channel=channel,
            pace=pace,
            operators=operators,
            policy=policy_file,
        )
        bot = await stack.enter_async_context(
            assembled(settings, policy=given, model=model, now=clock_of(sandbox), observer=observer)
        )
        keep_ages(sandbox, bot.redis_url)
        if with_worker:
            await stack.enter_async_context(working(bot))
        await stack.enter_async_context(socket_mode(bot.slack, sandbox.app_token, 2))
        yield Office(sandbox=sandbox, session=session, bot=bot)
