"""What is measured in: a Redis of its own, a workspace that answers ``auth.test``, and reviews to decide."""

import contextlib
import json
import secrets
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from pydantic import SecretStr

from bot.app import Bot, assembled
from bot.config.settings import Settings
from bot.domain.judgement import Verdict
from bot.domain.people import Deciders
from bot.domain.policy import default_policy, judge_by_policy
from bot.domain.review.state import ReviewState
from bot.domain.submission import Origin
from bot.domain.transaction import Transaction
from bot.intake import sample
from bot.sandbox import Sandbox
from bot.store.topology.embedded import embedded_server
from handlers.views.blocks import Block
from handlers.views.button_value import ButtonValue
from handlers.views.card import PAGE, card

TEAM = "T_SANDBOX"
CHANNEL = "C_FINANCE"
SUBMITTER = "U_REQUESTER"
APPROVER = "U_REVIEWER"
OVER_LIMIT = Decimal("12400.00")


@dataclass(frozen=True, slots=True)
class House:
    """Redis (``appendfsync always``), the workspace, and the settings of processes that use them."""

    folder: Path
    redis_url: str
    sandbox: Sandbox

    @property
    def policy(self) -> Path:
        """A policy file that names the approver."""
        path = self.folder / "policy.toml"
        path.write_text(f'approvers = ["{APPROVER}"]\n')
        return path

    @property
    def environment(self) -> dict[str, str]:
        return {
            "SLACK_BOT_TOKEN": self.sandbox.bot_token,
            "SLACK_SIGNING_SECRET": self.sandbox.signing_secret,
            "SLACK_API_URL": self.sandbox.api_url,
            "REDIS_URL": self.redis_url,
            "COUNTERSIGN_POLICY": str(self.policy),
        }

    @contextlib.asynccontextmanager
    async def bot(self, **more: Any) -> AsyncIterator[Bot]:
        """The bot within this process, wired as a deployment wires it; nothing listens, no job is done.

        ``more`` are further settings.
        """
        settings = Settings(
            _env_file=None,
            slack_bot_token=SecretStr(self.sandbox.bot_token),
            slack_signing_secret=SecretStr(self.sandbox.signing_secret),
            slack_api_url=self.sandbox.api_url,
            redis_url=self.redis_url,
            data=self.folder,
            policy=self.policy,
            **more,
        )
        async with assembled(settings) as bot:
            yield bot


@contextlib.asynccontextmanager
async def opened() -> AsyncIterator[House]:
    """A house on a disk of this machine, torn down in the end."""
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="countersign-bench-")))
        url = await stack.enter_async_context(embedded_server(folder / "redis"))
        sandbox = await stack.enter_async_context(Sandbox())
        yield House(folder, url, sandbox)


def payments(count: int, *, flagged: bool) -> tuple[Transaction, ...]:
    """Made-up payments, the same in every run; all of them over the limit where ``flagged``."""
    made = [one for start in range(0, count, 300) for one in sample(min(300, count - start), seed=start)]
    over = {"amount": OVER_LIMIT} if flagged else {}
    return tuple(one.model_copy(update={"ref": ref, **over}) for ref, one in enumerate(made, 1))


def one_in(every: int, count: int) -> tuple[Transaction, ...]:
    """Made-up payments of which the policy flags the first, and then every so manieth."""
    pool = payments(count * every, flagged=False)
    kinds: dict[bool, list[Transaction]] = {True: [], False: []}
    for one, judgement in zip(pool, judge_by_policy(default_policy(), pool), strict=True):
        kinds[judgement.verdict is Verdict.FLAGGED].append(one)
    taken = (kinds[place % every == 0].pop() for place in range(count))
    return tuple(one.model_copy(update={"ref": ref, "row": ref}) for ref, one in enumerate(taken, 1))


async def taken_in(bot: Bot, transactions: Sequence[Transaction], team: str = TEAM) -> ReviewState:
    """A review that was submitted, and is not judged yet."""
    origin = Origin(
        team=team,
        submitter=SUBMITTER,
        request=f"bench {secrets.token_hex(8)}",
        channel=CHANNEL,
        told_in=CHANNEL,
        source="payments.csv",
    )
    return await bot.use_cases.submit.submit(origin, transactions)


async def submitted(bot: Bot, transactions: Sequence[Transaction]) -> ReviewState:
    """A review that was submitted and assessed, and waits for people."""
    review_state = await taken_in(bot, transactions)
    # To judge by policy takes no publisher.
    await bot.jobs.assess(review_state.team, review_state.id)
    stored = await bot.stores.reviews.state(review_state.team, review_state.id)
    assert stored is not None
    return stored


async def card_of(bot: Bot, review_state: ReviewState) -> list[Block]:
    """The first page of a review's card, which comes along with every click on it."""
    shown = await bot.use_cases.look.transactions(
        review_state.team, review_state.id, tuple(range(1, PAGE + 1))
    )
    return card(review_state, shown, Deciders((APPROVER,)))


def click(review_state: ReviewState, ref: int, blocks: list[Block]) -> bytes:
    """The body of a click on Approve, with all that Slack sends along."""
    value = ButtonValue(
        review=review_state.id, item=str(ref), content_token=review_state.content_token
    ).encode()
    ts = f"17{secrets.randbelow(10**8):08}.{secrets.randbelow(10**6):06}"
    payload: dict[str, Any] = {
        "type": "block_actions",
        "user": {"id": APPROVER, "username": "ben", "name": "ben", "team_id": TEAM},
        "api_app_id": "A_SANDBOX",
        "token": "verification-token",
        "container": {
            "type": "message",
            "message_ts": "1700000000.000100",
            "channel_id": CHANNEL,
            "is_ephemeral": False,
        },
        "trigger_id": f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}",
        "team": {"id": TEAM, "domain": "sandbox"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": CHANNEL, "name": "finance-approvals"},
        "message": {
            "type": "message",
            "user": "U_BOT",
            "bot_id": "B_SANDBOX",
            "app_id": "A_SANDBOX",
            "team": TEAM,
            "ts": "1700000000.000100",
            "text": f"Review {review_state.id}",
            "blocks": blocks,
        },
        "state": {"values": {}},
        "response_url": f"https://hooks.slack.com/actions/{TEAM}/{secrets.randbelow(10**12)}/x",
        "actions": [
            {
                "type": "button",
                "action_id": "approve",
                "block_id": f"transaction {ref}",
                "text": {"type": "plain_text", "text": "Approve", "emoji": False},
                "style": "primary",
                "value": value,
                "action_ts": ts,
            }
        ],
    }
    return urlencode({"payload": json.dumps(payload, separators=(",", ":"))}).encode()
