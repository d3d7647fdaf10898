"""``python -m tests.bench.answering SECONDS``: a model's server that takes so long for an answer, and no CPU.

It prints its port. Every row is found to be ordinary; what an answer is charged is not said.
"""

import asyncio
import json
import socket
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.openai_server import flags_of


def app(latency: float) -> Starlette:
    """Answers ``latency`` seconds after a question has arrived, however many come at once."""

    async def complete(request: Request) -> Response:
        arrived = asyncio.get_running_loop().time()
        body = json.loads(await request.body())
        text = flags_of(body["messages"][1]["content"], lambda rows: [])
        message = {"role": "assistant", "content": text}
        await asyncio.sleep(arrived + latency - asyncio.get_running_loop().time())
        return JSONResponse({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})

    return Starlette(routes=[Route("/v1/chat/completions", complete, methods=["POST"])])


async def serve(latency: float) -> None:
    """Serve until killed."""
    config = uvicorn.Config(app(latency), log_config=None, access_log=False)
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        # As the bot's own server does it: else an answer's words wait 40 ms for its headers.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sys.stdout.write(f'{{"port": {listener.getsockname()[1]}}}\n')
        sys.stdout.flush()
        await uvicorn.Server(config).serve(sockets=[listener])


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
