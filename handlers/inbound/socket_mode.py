"""Socket Mode: Slack's requests over WebSockets that the bot opens, so it needs no public address."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog
from aiohttp import ClientError, ClientWebSocketResponse, WSCloseCode, WSMsgType
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from handlers.outbound.client import SlackRefused

FINISH_SECONDS = 3.0  # longer than that Slack does not wait for an answer
CLOSE_SECONDS = 1.0  # for Slack's side to close
GOING_AWAY = WSCloseCode.GOING_AWAY.to_bytes(2)  # RFC 6455, 7.4.1: the process is about to end

log = structlog.get_logger()


class _Connection(AsyncSocketModeHandler):
    """One Socket Mode connection, which answers whatever came over it before it closes."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        super().__init__(app, app_token)
        self._begun: set[asyncio.Task[None] | None] = set()

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Hand a request to Bolt; which ones are begun is what the end waits for."""
        task = asyncio.current_task()
        self._begun.add(task)
        try:
            await super().handle(client, req)
        except ConnectionError:
            if client.auto_reconnect_enabled:
                raise
            # It came while the connection was closed: what was asked for is done, and cannot be answered.
            log.warning("answer too late", why="the connection was about to close")
        finally:
            self._begun.discard(task)

    async def finish(self) -> None:
        """Go on answering until nothing is under way, and close in that moment.

        Slack sends a click once, over any connection that is open, also in the moment in which one closes. So
        what still arrives until Slack has closed its side is done too.
        """
        await self._all_answered()
        self.client.auto_reconnect_enabled = False
        if self.client.current_session is not None:
            await _said_goodbye(self.client.current_session)
        await self._all_answered()
        await self.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves these two untyped

    async def _all_answered(self) -> None:
        """Wait until nothing is under way, though no longer than Slack waits for an answer."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FINISH_SECONDS):
                await self._taken_up()
                while begun := [task for task in self._begun if task]:
                    await asyncio.wait(begun, return_when=asyncio.FIRST_COMPLETED)
                    await self._taken_up()

    async def _taken_up(self) -> None:
        """Wait until the client has begun all that it has received."""
        while not self.client.message_queue.empty():  # noqa: ASYNC110 - the client sets no event
            await asyncio.sleep(0)
        await asyncio.sleep(0)  # the last one is a task by now, which has not begun


async def _said_goodbye(socket: ClientWebSocketResponse) -> None:
    """Tell Slack that the connection closes, and wait until its side has; until then all is taken."""
    with contextlib.suppress(ConnectionError, TimeoutError):
        async with asyncio.timeout(CLOSE_SECONDS):
            # Not by ``close``, which throws away what arrives from then on.
            await socket.send_frame(GOING_AWAY, WSMsgType.CLOSE)
            while not socket.closed:  # noqa: ASYNC110 - the client sets no event
                await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def socket_mode(app: AsyncApp, app_token: str, connections: int) -> AsyncIterator[None]:
    """Listen over several Socket Mode connections until left; raises ``SlackRefused`` where Slack says no."""
    open_connections = [_Connection(app, app_token) for _ in range(connections)]
    try:
        # The SDK would try a refused token again for ever, so the first address is asked for here.
        open_connections[0].client.wss_uri = await _first_address(app, app_token)
        for connection in open_connections:
            await connection.connect_async()  # type: ignore[no-untyped-call]
        yield
    finally:
        await asyncio.gather(*(connection.finish() for connection in open_connections))


async def _first_address(app: AsyncApp, app_token: str) -> str:
    try:
        answer = await app.client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        code = error.response.get("error")
        raise SlackRefused(f"Slack refuses Socket Mode ({code}); check SLACK_APP_TOKEN.") from None
    except (ClientError, TimeoutError) as error:
        fault = type(error).__name__
        raise SlackRefused(f"Slack cannot be reached ({fault}); check SLACK_API_URL.") from None
    return str(answer["url"])
