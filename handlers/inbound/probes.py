"""An operator's addresses: health checks and metrics, beside Slack's requests or on a port of their own."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot import metrics
from bot.stored_metrics import Stored

StoreAnswers = Callable[[], Awaitable[bool]]
ReadStored = Callable[[], Awaitable[Stored | None]]


WATCHED_SECONDS = 30.0  # since somebody last asked whether the process is ready; balancers ask more often
LEAVE_SECONDS = 1.5  # until whoever asks knows; with all else that a stop takes, below 10 s


class Readiness:
    """Whether a process takes requests: while Redis answers, and it was not told to stop."""

    def __init__(self, store_answers: StoreAnswers) -> None:
        self._store_answers = store_answers
        self._is_leaving = False
        self._asked: float | None = None

    async def why_not(self) -> str:
        """Why no request should come here, in words for an operator; empty where it may."""
        self._asked = time.monotonic()
        if self._is_leaving:
            return "the process is about to end"
        return "" if await self._store_answers() else "Redis does not answer"

    async def leave(self) -> None:
        """Say from now on that no request should come here, and give whoever goes by that time to hear it.

        Until then requests are answered as before. Where nobody has asked of late, nobody is waited for.
        """
        self._is_leaving = True
        if self._asked is not None and time.monotonic() - self._asked < WATCHED_SECONDS:
            await asyncio.sleep(LEAVE_SECONDS)


def probe_app(readiness: Readiness, stored: ReadStored) -> Starlette:
    """The operator's addresses alone, for a process that takes no requests of Slack over HTTP."""
    site = Starlette(routes=probe_routes(readiness, stored))
    # It would read an address out of the Host header, which may be anything.
    site.router.redirect_slashes = False
    return site


def probe_routes(readiness: Readiness, stored: ReadStored) -> list[Route]:
    """``/healthz`` (the process lives), ``/readyz`` (it takes requests, else 503) and ``/metrics``.

    ``stored`` says what Redis holds, or ``None`` where it does not answer.
    """

    async def alive(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(_: Request) -> Response:
        why_not = await readiness.why_not()
        return PlainTextResponse(why_not or "ok", 503 if why_not else 200)

    async def numbers(_: Request) -> Response:
        return Response(metrics.exposition(await stored()), media_type=metrics.CONTENT_TYPE)

    return [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", numbers)]
