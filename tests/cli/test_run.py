"""A deployment as processes: the bot over HTTP, a worker beside it, a workspace that signs what it sends."""

import asyncio
import contextlib
import json
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox import Sandbox
from bot.store.topology.embedded import embedded_server
from tests.cli.test_command_line import one_sentence
from tests.collector import Collector, collector
from tests.office import SEED, Office, cards
from tests.processes import Running, answered, countersign, program, running, until, visited
from tests.store.servers import eventually

Settings = dict[str, str]


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(retry_delays=(0.0, 0.05, 0.05)) as sandbox:
        yield sandbox


@pytest.fixture
async def settings(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[Settings]:
    """What a deployment is told, with a Redis of its own."""
    policy = tmp_path / "policy.toml"
    policy.write_text('approvers = ["U_REVIEWER"]\n')
    async with embedded_server(tmp_path / "redis") as url:
        yield {
            "SLACK_API_URL": sandbox.api_url,
            "SLACK_BOT_TOKEN": sandbox.bot_token,
            "REDIS_URL": url,
            "COUNTERSIGN_CHANNEL": "C_FINANCE",
            "COUNTERSIGN_POLICY": str(policy),
            "LOG_FORMAT": "json",
        }


async def listens_at(bot: Running) -> str:
    """The address in the bot's log, with a port that the system chose."""
    await bot.logged('"way": "HTTP"')
    port = re.search(r'"port": (\d+)', bot.errors.read_text())
    assert port
    return f"http://127.0.0.1:{port[1]}"


async def probes_at(process: Running) -> str:
    """The address for operators in a process' log, with a port that the system chose."""
    await process.logged('"event": "probes"')
    (line,) = (line for line in process.errors.read_text().splitlines() if '"event": "probes"' in line)
    return f"http://127.0.0.1:{json.loads(line)['port']}"


async def probed(session: aiohttp.ClientSession, url: str) -> dict[str, str]:
    """What stands at each address of an operator; nothing else stands there."""
    found = {}
    for path in ("/healthz", "/readyz", "/metrics"):
        async with session.get(url + path) as response:
            assert response.status == 200
            found[path] = await response.text()
    async with session.post(f"{url}/slack/events", data=b"{}") as response:
        assert response.status == 404
    return found


async def stopped_cleanly(*processes: Running) -> None:
    for ended in await asyncio.gather(*(process.stopped(signal.SIGTERM) for process in processes)):
        assert ended.code == 0, ended
        assert "exception" not in ended.err


async def submit_and_approve(office: Office) -> None:
    answer = await office.command("U_REQUESTER", SEED)
    assert (answer["ok"], answer["status"]) == (True, 200)
    card = await office.card("1 of 3 payments needs")
    await office.reply("U_REVIEWER", "approve 2", card)
    await office.card("everything is decided")
    await office.said("All payments have been processed.")


def ends(traces: Collector) -> set[tuple[str, str | int | None]]:
    """Which spans arrived, and what came of each."""
    return {(span.name, span.facts.get("countersign.outcome")) for span in traces.spans}


async def test_bot_over_http_and_worker_elsewhere_do_the_whole_job(
    tmp_path: Path, sandbox: Sandbox, settings: Settings
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        traces = await stack.enter_async_context(collector())
        settings |= {"OTEL_EXPORTER_OTLP_ENDPOINT": traces.url, "OTEL_BSP_SCHEDULE_DELAY": "50"}
        http = settings | {"SLACK_SIGNING_SECRET": sandbox.signing_secret, "HOST": "127.0.0.1", "PORT": "0"}
        bot = await stack.enter_async_context(running(tmp_path, "run", "--no-worker", **http))
        as_users_start_it = program(tmp_path, "-m", "bot", "worker", METRICS_PORT="0", **settings)
        worker = await stack.enter_async_context(as_users_start_it)
        office = await stack.enter_async_context(visited(sandbox.url))
        url = await listens_at(bot)
        sandbox.deliver_to(f"{url}/slack/events")
        await worker.logged('"event": "working"')
        async with aiohttp.ClientSession() as session:
            for path in ("/healthz", "/readyz", "/metrics"):
                async with session.get(url + path) as response:
                    assert response.status == 200
            await submit_and_approve(office)
            await until(lambda: {("request message", "answered"), ("job publish", "done")} <= ends(traces))
            done = await probed(session, await probes_at(worker))
            assert re.search(r'countersign_jobs_done_total{job="publish"} [1-9]', done["/metrics"])
        await stopped_cleanly(bot, worker)
    spans = {span.id: span for span in traces.spans}
    # The reply that decided, in the bot; and what the command led to, as far as the worker's message.
    decided = {"countersign.decisions": 1, "countersign.outcome": "recorded"}.items()
    (commit,) = (span for span in traces.spans if decided <= span.facts.items())
    step, reply = spans[commit.parent], spans[spans[commit.parent].parent]
    assert (step.name, reply.name, reply.parent) == ("step", "request message", "")
    (command,) = (span for span in traces.spans if span.name == "request command")
    jobs = {span.id: span for span in traces.spans if (span.parent, span.name) == (command.id, "job publish")}
    post = next(
        span for span in traces.spans if span.name == "slack chat.postMessage" and span.parent in jobs
    )
    assert {commit.trace, step.trace} == {reply.trace}
    assert {post.trace, *(job.trace for job in jobs.values())} == {command.trace}
    assert post.process == jobs[post.parent].process != command.process == commit.process


async def test_in_socket_mode_one_process_does_it_all(
    tmp_path: Path, sandbox: Sandbox, settings: Settings
) -> None:
    socket = settings | {"SLACK_APP_TOKEN": sandbox.app_token, "METRICS_PORT": "0"}
    (tmp_path / ".env").touch(mode=0o644)
    async with program(tmp_path, "-m", "bot", "run", **socket) as bot, visited(sandbox.url) as office:
        await until(lambda: sandbox.connections == 2)
        assert bot.errors.read_text().count("chmod 600 .env") == 1
        await submit_and_approve(office)
        async with aiohttp.ClientSession() as session:
            assert (await probed(session, await probes_at(bot)))["/readyz"] == "ok"
        await stopped_cleanly(bot)
    assert sandbox.connections == 0


async def test_a_worker_told_to_stop_gives_up_on_a_slack_that_hangs_and_its_successor_posts_once(
    tmp_path: Path, sandbox: Sandbox, settings: Settings
) -> None:
    http = settings | {"SLACK_SIGNING_SECRET": sandbox.signing_secret, "HOST": "127.0.0.1", "PORT": "0"}
    async with (
        collector(hangs=True) as traces,
        running(tmp_path, "run", "--no-worker", **http) as bot,
        visited(sandbox.url) as office,
    ):
        sandbox.deliver_to(f"{await listens_at(bot)}/slack/events")
        traced = settings | {"OTEL_EXPORTER_OTLP_ENDPOINT": traces.url}
        async with running(tmp_path, "worker", **traced) as worker:
            await worker.logged('"event": "working"')
            await office.fault(method="chat.postMessage", delay_ms=60_000)
            await office.command("U_REQUESTER", SEED)
            await worker.logged('"event": "step stored"')
            await asyncio.sleep(0.5)
            await stopped_cleanly(worker)  # which waits no longer than ten seconds
            assert traces.asked
        async with running(tmp_path, "worker", **settings):
            await office.said("You can say")
            assert len(cards(await office.state())) == 1


async def test_the_doctor_names_a_queue_that_no_worker_does(
    tmp_path: Path, sandbox: Sandbox, settings: Settings
) -> None:
    settings |= {"COUNTERSIGN_QUEUES": "2"}

    async def says(line: str) -> None:
        """Wait for a line of the doctor; a worker tells that it lives some moments after its start."""

        async def is_said() -> bool:
            return line in (await answered(tmp_path, "doctor", **settings)).out

        await eventually(is_said)

    await says("ok    workers: none runs now")
    one_sentence(
        await countersign(tmp_path, "worker", "--queue", "3", **settings), "no queue 3", "from 1 to 2"
    )
    async with running(tmp_path, "worker", "--queue", "1", "--queue", "1", **settings) as first:
        await first.logged('"event": "working"')
        await says("mend  workers: nobody does the jobs of countersign-2; start one with --queue")
        async with running(tmp_path, "worker", **settings) as second:
            await second.logged('"event": "working"')
            await says("ok    workers: 2 for countersign, 1 for countersign-2")
            await stopped_cleanly(first, second)


async def test_a_token_that_slack_refuses_ends_the_start(
    tmp_path: Path, sandbox: Sandbox, settings: Settings
) -> None:
    no_socket, no_bot = await asyncio.gather(
        countersign(tmp_path, "run", **settings, SLACK_APP_TOKEN="xapp-wrong"),
        countersign(tmp_path, "worker", **(settings | {"SLACK_BOT_TOKEN": "xoxb-wrong"})),
    )
    one_sentence(no_socket, "invalid_auth", "SLACK_APP_TOKEN")
    one_sentence(no_bot, "invalid_auth", "SLACK_BOT_TOKEN")


async def test_a_start_says_which_file_it_refuses_and_where_nobody_may_decide(
    tmp_path: Path, sandbox: Sandbox, settings: Settings
) -> None:
    (tmp_path / "empty.toml").write_text("# later\n")
    empty = settings | {"COUNTERSIGN_POLICY": "empty.toml"}
    one_sentence(await countersign(tmp_path, "worker", **empty), "empty.toml sets nothing")
    no_file = {name: value for name, value in settings.items() if name != "COUNTERSIGN_POLICY"}
    async with running(tmp_path, "worker", **no_file) as worker:
        await worker.logged("nobody may decide")
    async with running(tmp_path, "worker", **settings) as worker:
        await worker.logged('"event": "working"')
        await stopped_cleanly(worker)
    async with running(tmp_path, "worker", **empty) as worker:
        await worker.logged('"event": "working"')
        assert "the policy file is refused" in worker.errors.read_text()
        assert "nobody may decide" not in worker.errors.read_text()
        await stopped_cleanly(worker)
