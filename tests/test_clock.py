"""The demo's clock, as people and the bot meet it; and that nothing else can move the bot's time."""

import ast
import contextlib
import json
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

import bot
import handlers
from bot.config.settings import Settings
from bot.sandbox import Sandbox
from bot.store.keys import DRAFT_LIFE, ReviewKeys, draft, file_submission
from bot.store.topology.connection import connect
from bot.store.topology.embedded import embedded_server
from tests.handlers.inbound.edge import BODY, JSON, edge_of
from tests.office import SEED, TEAM, Office, open_office
from tests.processes import demo, running, visited

DAY = timedelta(days=1)
BAD_ROW = "12000 USD | Acme Corp | Reimbursement\nthis is no payment\n15000 USD | Globex | Racks"

# Where the machine's time is read at all, and why it is not the bot's clock that is asked.
MACHINE_TIME = {
    "bot/app.py": "it is the bot's clock, where none is given",
    "bot/sandbox/server.py": "it is the sandbox's clock, before it was put forward",
    "bot/sandbox/workspace/clock.py": "it is the sandbox's clock, before it was put forward",
    "bot/sandbox/workspace/bot_tokens.py": "a default for workspaces without a server",
    "bot/sandbox/workspace/changes.py": "a default for workspaces without a server",
    "bot/sandbox/workspace/state.py": "a default for workspaces without a server",
    "bot/worker/mending.py": "docket's own queue goes by it",
    "bot/worker/plain_docket.py": "docket's own queue goes by it",
    "bot/worker/dockets.py": "docket's workers say by it that they live",
    "bot/worker/sweep.py": "docket's own queue goes by it",
    "bot/worker/attempts.py": "it is about workers that are at a job, and docket's own queue goes by it",
    "bot/worker/lost.py": "it is about workers that are at a job, and docket's own queue goes by it",
    "bot/store/unreadable.py": "it is about Redis, not about payments",
    "bot/application/check.py": "Redis lets reviews go by it",
    "bot/cli/audit.py": "Redis lets reviews go by it",
    "bot/store/restoring.py": "Redis lets keys end by it",
    "bot/cli/backup_file.py": "a command beside the bot: when the copy was made",
    "bot/cli/forget.py": "a command beside the bot: when something was ordered",
    "bot/store/history.py": "a default for imports, which are no part of a demo",
    "bot/cli/vendors.py": "a command beside the bot: the day of an import",
    "bot/cli/digest.py": "a command beside the bot: the week where none is given",
    "bot/cli/commands/assess.py": "a command without the bot: the day where none is given",
}
CALLS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}


def now(office: Office) -> datetime:
    return office.bot.use_cases.now()


async def test_bot_worker_and_workspace_go_by_one_clock(office: Office) -> None:
    real = datetime.now(UTC)
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3 payments needs")
    answer = await office.advance(days=3)
    told = datetime.fromisoformat(answer["response"]["now"])
    assert told - real > 3 * DAY - timedelta(seconds=1)  # it is told to the second
    assert abs(now(office) - told) < timedelta(minutes=1)
    await office.do("home", user="U_REVIEWER")
    await office.until(lambda state: "submitted 3 days ago" in json.dumps(state["homes"].get("U_REVIEWER")))
    await office.reply("U_REVIEWER", "approve 2", card)
    said = await office.said("Approved: #2.")
    assert float(said["ts"]) >= told.timestamp()
    state = await office.review_state(card)
    trail = await office.bot.stores.reviews.audit(TEAM, state.id)
    decided = next(entry for entry in trail if entry.event == "decided")
    assert decided.at >= told
    assert state.created_at < told - 2 * DAY


async def test_payments_are_of_the_day_that_the_clock_shows(office: Office) -> None:
    await office.advance(days=40)
    today = now(office).date()
    rows = f"date,vendor,amount,currency,memo\n{today},Acme Corp,120.00,USD,Ink for the printer"
    await office.drop("U_REQUESTER", "today.csv", rows.encode())
    card = await office.card("is closed")  # nothing was left to ask
    review = await office.bot.stores.reviews.load_whole(TEAM, (await office.review_state(card)).id)
    assert review is not None
    (payment,) = review.entries.values()
    assert payment.judgement is not None
    assert not payment.flagged, payment.judgement


async def test_a_signature_is_as_old_as_the_clock_says(office: Office) -> None:
    async with edge_of(office) as edge:
        assert await edge.post(BODY, JSON) == 200
        await office.advance(hours=4)
        stamp = str(int(now(office).timestamp()))
        assert await edge.post(BODY, JSON, edge.signed(BODY, stamp)) == 200
        old = str(int(now(office).timestamp()) - 301)
        assert await edge.post(BODY, JSON, edge.signed(BODY, old)) == 401
        assert await edge.post(BODY, JSON) == 401  # of the machine's now, which is four hours ago


async def test_over_http_people_go_on_after_an_advance(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office, edge_of(office) as edge:
        office.sandbox.deliver_to(f"{edge.url}/slack/events")
        await office.advance(days=2)
        answer = await office.command("U_REQUESTER", SEED)
        assert (answer["ok"], answer["status"]) == (True, 200)
        await office.card("1 of 3 payments needs")


async def test_a_draft_is_gone_after_its_week_and_not_before(office: Office) -> None:
    await office.command("U_REQUESTER", BAD_ROW)
    await office.told("U_REQUESTER", "this is no payment")
    async with contextlib.aclosing(connect(office.bot.redis_url)) as redis:
        kept = [key async for key in redis.scan_iter(match=draft(TEAM, "*"))]
        assert len(kept) == 1
        await office.advance(days=DRAFT_LIFE.days - 1)
        assert 0 < await redis.ttl(kept[0]) <= DAY.total_seconds()
        await office.advance(days=1)
        assert not await redis.exists(kept[0])


async def test_what_is_kept_for_a_year_or_about_deliveries_is_not_made_older(office: Office) -> None:
    await office.command("U_REQUESTER", SEED)
    card = await office.card("1 of 3 payments needs")
    review = card["metadata"]["event_payload"]["review"]
    await office.reply("U_REVIEWER", "approve 2", card)  # which Slack may deliver again
    await office.said("Approved: #2.")
    async with contextlib.aclosing(connect(office.bot.redis_url)) as redis:
        await redis.set(file_submission(TEAM, "1"), "{}", ex=60)
        lasting = [key async for key in redis.scan_iter(match="cs:*:request:*")]
        lasting.append(ReviewKeys(TEAM, review).state)
        before = [await redis.ttl(key) for key in lasting]
        await office.advance(days=100)
        after = [await redis.ttl(key) for key in lasting]
        assert not await redis.exists(file_submission(TEAM, "1"))
    assert len(lasting) > 1
    assert all(0 <= was - left < 60 for was, left in zip(before, after, strict=True)), (before, after)


async def test_the_demo_goes_on_with_its_clock_after_a_restart(tmp_path: Path) -> None:
    real = datetime.now(UTC)
    async with demo(tmp_path) as (started, office):
        await office.command("U_REQUESTER", SEED)
        card = await office.card("1 of 3 payments needs")
        await office.advance(days=5)
        await office.reply("U_REVIEWER", "why 2?", card)
        before = await office.said("was flagged")
        await started.stopped(signal.SIGKILL)
    async with demo(tmp_path) as (started, office):
        await office.reply("U_REVIEWER", "approve 2", card)
        after = await office.said("Approved: #2.")
        await started.stopped(signal.SIGTERM)
    assert float(card["ts"]) < float(before["ts"]) < float(after["ts"])
    assert float(after["ts"]) > (real + 5 * DAY).timestamp()


# --- no such thing outside the demo


@pytest.fixture
async def advanced(tmp_path: Path) -> AsyncIterator[Sandbox]:
    """A workspace whose clock is far ahead, which is all that a real bot could be misled by."""
    async with Sandbox(clock_advances=True, retry_delays=(0.0, 0.05)) as sandbox:
        await sandbox.clock.advance((30 * DAY).total_seconds())
        yield sandbox


async def test_run_goes_by_the_machine_whatever_workspace_and_redis_say(
    tmp_path: Path, advanced: Sandbox
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('approvers = ["U_REVIEWER"]\n')
    async with contextlib.AsyncExitStack() as stack:
        url = await stack.enter_async_context(embedded_server(tmp_path / "redis"))
        redis = await stack.enter_async_context(contextlib.aclosing(connect(url)))
        for key in ("cs:clock", "cs:now", "clock", "cs:ahead"):
            await redis.set(key, '{"ahead": 2592000}', ex=600)
        settings = {
            "SLACK_API_URL": advanced.api_url,
            "SLACK_BOT_TOKEN": advanced.bot_token,
            "SLACK_APP_TOKEN": advanced.app_token,
            "REDIS_URL": url,
            "COUNTERSIGN_CHANNEL": "C_FINANCE",
            "COUNTERSIGN_POLICY": str(policy),
            "COUNTERSIGN_CLOCK": "30 days",
            "PORT": "0",
        }
        bot_process = await stack.enter_async_context(running(tmp_path, "run", **settings))
        office = await stack.enter_async_context(visited(advanced.url))
        await bot_process.logged("Socket Mode")
        answer = await office.command("U_REQUESTER", SEED)
        assert (answer["ok"], answer["status"]) == (True, 200)
        card = await office.card("1 of 3 payments needs")
        review = card["metadata"]["event_payload"]["review"]
        created = await redis.hget(ReviewKeys(TEAM, review).state, "created_at")
        await bot_process.stopped(signal.SIGTERM)
    assert abs(datetime.fromisoformat(str(created)) - datetime.now(UTC)) < timedelta(minutes=10)
    assert float(card["ts"]) > (datetime.now(UTC) + 29 * DAY).timestamp()


def test_no_setting_is_about_a_clock() -> None:
    fields = {f"{name} {field.alias}".lower() for name, field in Settings.model_fields.items()}
    assert not [
        name for name in fields for word in ("clock", "now", "time", "ahead") if word in name.split("_")
    ]


@cache
def sources() -> list[tuple[str, ast.Module]]:
    roots = [Path(package.__file__ or "").parent for package in (bot, handlers)]
    return [
        (path.relative_to(root.parent).as_posix(), ast.parse(path.read_text()))
        for root in roots
        for path in sorted(root.rglob("*.py"))
    ]


def test_only_the_demo_hands_the_bot_another_clock() -> None:
    handing = [
        path
        for path, tree in sources()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "assembled"
        and any(keyword.arg in ("now", None) for keyword in call.keywords)
    ]
    assert handing == ["bot/cli/demo.py"]


def test_the_machines_time_is_read_only_where_it_is_said_why() -> None:
    reading = {
        path
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in CALLS
    }
    assert reading == set(MACHINE_TIME)
