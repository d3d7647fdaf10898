"""HTTP of a process that takes no more work: it lives, is not ready, and says why."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot import metrics


def site_standing_still(why: str) -> Starlette:
    """Every address of the bot: all but ``/healthz`` and ``/metrics`` answer 503 with the sentence.

    Nothing is read of what Slack sends; an event comes again, and whoever clicked reads that it failed.
    """

    async def alive(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def refused(_: Request) -> Response:
        return PlainTextResponse(why, 503)

    async def numbers(_: Request) -> Response:
        return Response(metrics.exposition(None), media_type=metrics.CONTENT_TYPE)

    return Starlette(
        routes=[
            Route("/healthz", alive),
            Route("/readyz", refused),
            Route("/slack/events", refused, methods=["POST"]),
            Route("/metrics", numbers),
        ]
    )
