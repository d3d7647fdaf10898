"""The floors: the least that a Slack app of this engine can be, each as a server process of its own.

``python -m tests.bench.bare WHAT`` serves on a free port, which it prints. ``WHAT`` is one of

- ``http``: Starlette under uvicorn; reads the body and answers 200. No Slack in it.
- ``docs``: Bolt's ``AsyncApp`` as its guide shows it; the handler only acknowledges.
- ``prompt``: the same with ``process_before_response=True``, so that the ack can wait for storage.
- ``script``: the same, and one bare Lua script that stores a decision, as small as a decision can be.
"""

import asyncio
import json
import os
import socket
import sys
from typing import Any

import uvicorn
from redis.asyncio import Redis
from redis.commands.core import AsyncScript
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

# State, decision, turn, audit entry and outbox entry move together: less than this is not a decision here.
DECISION = """
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then return 0 end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('HINCRBY', KEYS[1], 'undecided', -1)
redis.call('XADD', KEYS[3], '*', 'turn', ARGV[3])
redis.call('XADD', KEYS[4], '*', 'entry', ARGV[2])
redis.call('XADD', KEYS[5], '*', 'job', 'publish', 'review', ARGV[4])
return redis.call('HINCRBY', KEYS[1], 'version', 1)
"""


class BareStore:
    """One script call a decision, and nothing else."""

    def __init__(self, redis: Redis) -> None:
        self._script: AsyncScript = redis.register_script(DECISION)

    async def decide(self, review: str, ref: str, user: str) -> None:
        """Store that ``user`` approved a payment."""
        tag = f"bare:{{{review}}}"
        decision = json.dumps({"ref": ref, "kind": "approved", "by": user, "how": "button"})
        turn = json.dumps({"who": "human", "actor": user, "text": f"approve {ref}"})
        await self._script(
            keys=[f"{tag}:head", f"{tag}:decisions", f"{tag}:turns", f"{tag}:audit", f"{tag}:outbox"],
            args=[ref, decision, turn, review],
        )


def bolt_app(prompt: bool, store: BareStore | None) -> Starlette:
    """Bolt's guide, with the one handler that a click needs."""
    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = AsyncApp(
        client=client,
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        process_before_response=prompt,
    )

    @app.action("approve")
    async def approve(ack: AsyncAck, body: dict[str, Any]) -> None:
        if store is not None:
            review, ref, _ = body["actions"][0]["value"].split(":")
            await store.decide(review, ref, body["user"]["id"])
        await ack()

    handler = AsyncSlackRequestHandler(app)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])


def http_app() -> Starlette:
    """What HTTP alone costs."""

    async def endpoint(request: Request) -> Response:
        await request.body()
        return Response()

    return Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])


async def serve(what: str) -> None:
    """Serve until killed."""
    redis = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
    store = BareStore(redis) if what == "script" else None
    app = http_app() if what == "http" else bolt_app(what != "docs", store)
    config = uvicorn.Config(app, log_config=None, access_log=False)
    with socket.create_server(("127.0.0.1", int(os.environ["PORT"])), backlog=2048) as listener:
        sys.stdout.write(f'{{"port": {listener.getsockname()[1]}}}\n')
        sys.stdout.flush()
        await uvicorn.Server(config).serve(sockets=[listener])


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
