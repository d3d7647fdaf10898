"""An operator's addresses: health checks and metrics, beside Slack's requests or on a port of their own."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot import metrics
from bot.stored_metrics import Stored

StoreAnswers = Callable[[], Awaitable[bool]]
ReadStored = Callable[[], Awaitable[Stored | None]]


def probe_app(store_answers: StoreAnswers, stored: ReadStored) -> Starlette:
    """The operator's addresses alone, for a process that takes no requests of Slack over HTTP."""
    site = Starlette(routes=probe_routes(store_answers, stored))
    # It would read an address out of the Host header, which may be anything.
    site.router.redirect_slashes = False
    return site


def probe_routes(store_answers: StoreAnswers, stored: ReadStored) -> list[Route]:
    """``/healthz`` (the process lives), ``/readyz`` (Redis answers, else 503) and ``/metrics``.

    ``store_answers`` says whether Redis does, ``stored`` what it holds, or ``None`` where it does not.
    """

    async def alive(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(_: Request) -> Response:
        fine = await store_answers()
        return PlainTextResponse("ok" if fine else "Redis does not answer", 200 if fine else 503)

    async def numbers(_: Request) -> Response:
        return Response(metrics.exposition(await stored()), media_type=metrics.CONTENT_TYPE)

    return [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", numbers)]
