"""What an operator reads at `/metrics`: each number moves when its thing happens, and names nobody."""

import contextlib
import json
import os
import re
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import metrics
from bot.app import working
from bot.domain.policy import ModelUse
from bot.llm.openai_model import OpenAIModel, connect_openai
from bot.stored_metrics import WAITING_SINCE, Backlog, Memory, ModelBudget, QueueState, Stored
from bot.worker import attempts
from tests.handlers.inbound.edge import JSON, Edge, edge_of
from tests.office import SEED, TEAM, Json, Office, open_office, sandbox_policy
from tests.openai_server import BAD_KEY, REFUSAL, OpenAIServer, good
from tests.store.servers import eventually, one_server

PAGE = Path(__file__).parent.parent / "deploy" / "OBSERVABILITY.md"
ROW = re.compile(r"^\| `(countersign_\w+)` \| ([^|]*) \|", re.MULTILINE)
EMPTY = Stored(
    backlog=Backlog(
        reviews_open=0,
        waiting=dict.fromkeys(WAITING_SINCE, 0),
        oldest_seconds=0.0,
        outbox_depth=0,
        dead_letters=0,
    ),
    budget=ModelBudget(today=0, a_day=0),
    memory=Memory(used_bytes=0, limit_bytes=0, eviction_off=True),
    queues=[QueueState("countersign", jobs=0, workers=0)],
)
Numbers = dict[str, float]


def read(exposition: str) -> Numbers:
    """Each number of ours by its name with its labels in order, as `name{value,value}`."""
    return {
        sample.name + (f"{{{','.join(sample.labels.values())}}}" if sample.labels else ""): sample.value
        for family in text_string_to_metric_families(exposition)
        if family.name.startswith("countersign_")
        for sample in family.samples
    }


@dataclass(slots=True)
class Gauged:
    """An office over HTTP, and what its numbers were at the beginning: other tests count here too."""

    office: Office
    edge: Edge
    before: Numbers

    async def numbers(self) -> Numbers:
        status, text = await self.edge.get("/metrics")
        assert status == 200
        return read(text)

    async def moved(self, name: str) -> float:
        """How much a counter has grown."""
        return (await self.numbers())[name] - self.before[name]

    async def until_moved(self, name: str, by: float = 1) -> None:
        """Wait until a counter has grown so much, which jobs may take a moment for."""

        async def has_moved() -> bool:
            return await self.moved(name) >= by

        await eventually(has_moved)

    async def card(self) -> Json:
        """The card of a batch with one flagged payment, once its thread stands too."""
        await self.office.command("U_REQUESTER", SEED)
        card = await self.office.card("1 of 3")
        await self.office.said("You can say")
        return card


@contextlib.asynccontextmanager
async def gauged(office: Office) -> AsyncIterator[Gauged]:
    """Serve an office over HTTP."""
    async with edge_of(office) as edge:
        office.sandbox.deliver_to(f"{edge.url}/slack/events")
        yield Gauged(office, edge, read(metrics.exposition(EMPTY).decode()))


@pytest.fixture
async def town(office: Office) -> AsyncIterator[Gauged]:
    async with gauged(office) as opened:
        yield opened


async def test_requests_are_counted_and_timed_by_kind(town: Gauged) -> None:
    card = await town.card()
    await town.office.click("U_REVIEWER", card, "approve", 2)
    for kind in ("command", "block_actions"):
        assert await town.moved(f"countersign_requests_total{{{kind},answered}}") == 1
        assert await town.moved(f"countersign_request_seconds_count{{{kind}}}") == 1
        assert await town.moved(f"countersign_request_seconds_sum{{{kind}}}") > 0
    assert await town.edge.post(b"x", headers={"X-Slack-Request-Timestamp": "1"}) == 401
    assert await town.moved("countersign_requests_total{unread,refused}") == 1
    assert await town.edge.post(b"{}", JSON, headers={"X-Slack-Signature": "v0=00"}) == 401
    assert await town.moved("countersign_requests_total{other,refused}") == 1


async def test_a_kind_that_somebody_made_up_has_no_number_of_its_own(town: Gauged) -> None:
    named = set(await town.numbers())
    event = {"type": "event_callback", "event": {"type": "Acme Corp, 4000 EUR"}, "team_id": "T_SANDBOX"}
    assert await town.edge.post(json.dumps(event).encode(), JSON) == 200
    assert await town.moved("countersign_requests_total{other,answered}") == 1
    metrics.slack_called("files-pri/T1-F1/memo.csv", 200, 0.1)
    metrics.job_begun("publish:T1:R-7K3F2:4")
    assert await town.moved("countersign_slack_calls_total{other,answered}") == 1
    assert await town.moved("countersign_jobs_begun_total{other}") == 1
    assert set(await town.numbers()) == named


async def test_decisions_and_what_was_refused_are_counted(town: Gauged) -> None:
    card = await town.card()
    await town.office.reply("U_REQUESTER", "approve 2", card)
    assert await town.moved("countersign_refusals_total{own_batch}") == 1
    assert await town.moved("countersign_decisions_total{approved}") == 0
    await town.office.click("U_REVIEWER", card, "approve", 2)
    await town.office.reply("U_SECOND", "reject 2", card)
    for outcome, count in {"approved": 1, "held": 0, "rejected": 0, "taken_back": 0}.items():
        assert await town.moved(f"countersign_decisions_total{{{outcome}}}") == count, outcome
    assert await town.moved("countersign_refusals_total{already_decided}") == 1
    await town.office.reply("U_REVIEWER", "undo 2", card)
    assert await town.moved("countersign_decisions_total{taken_back}") == 1
    await town.office.reply("U_REVIEWER", "hold 2: ask Acme", card)
    assert await town.moved("countersign_decisions_total{held}") == 1


async def test_what_waits_is_read_out_of_redis(town: Gauged) -> None:
    before = await town.numbers()
    assert (before["countersign_redis_up"], before["countersign_reviews_open"]) == (1, 0)
    assert before["countersign_oldest_review_seconds"] == 0
    card = await town.card()
    waiting = await town.numbers()
    assert waiting["countersign_reviews_open"] == 1
    assert waiting["countersign_oldest_review_seconds"] > 0
    assert waiting["countersign_reviews_waiting{1h}"] == 0
    await town.office.close("U_REVIEWER", card)
    closed = await town.numbers()
    assert (closed["countersign_reviews_open"], closed["countersign_oldest_review_seconds"]) == (0, 0)


async def test_the_workers_and_the_jobs_of_a_queue_are_read_out_of_redis(tmp_path: Path) -> None:
    async with open_office(tmp_path, with_worker=False) as office, gauged(office) as town:
        assert (await town.numbers())["countersign_queue_workers{countersign}"] == 0
        await office.command("U_REQUESTER", SEED)

        async def is_queued() -> bool:
            return (await town.numbers())["countersign_queue_jobs{countersign}"] >= 1

        await eventually(is_queued)
        async with working(office.bot):

            async def is_done_by_one() -> bool:
                return (await town.numbers())["countersign_queue_workers{countersign}"] == 1

            await eventually(is_done_by_one)


async def test_jobs_and_calls_to_slack_are_counted(town: Gauged) -> None:
    await town.card()
    for job in ("assess", "publish"):
        await town.until_moved(f"countersign_jobs_done_total{{{job}}}")
        assert await town.moved(f"countersign_jobs_begun_total{{{job}}}") >= 1
        assert await town.moved(f"countersign_jobs_failed_total{{{job}}}") == 0
    assert await town.moved("countersign_slack_calls_total{chat.postMessage,answered}") >= 2
    assert await town.moved("countersign_slack_call_seconds_count{chat.postMessage}") >= 2
    # A method that this office calls and the list lacks would be counted here.
    assert await town.moved("countersign_slack_calls_total{other,answered}") == 0


async def test_too_many_calls_are_counted_and_put_their_job_off(town: Gauged) -> None:
    await town.office.fault(method="chat.postMessage", status=429, retry_after=0)
    await town.card()
    assert await town.moved("countersign_slack_calls_total{chat.postMessage,rate_limited}") == 1
    assert await town.moved("countersign_slack_rate_limited_total") == 1
    assert await town.moved("countersign_jobs_put_off_total{publish}") >= 1
    assert await town.moved("countersign_jobs_failed_total{publish}") == 0


async def test_a_job_given_up_is_counted_and_stays_a_dead_letter(
    town: Gauged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "FAILURES", 1)
    card = await town.card()
    await town.office.fault(method="chat.update", error="fatal_error")
    await town.office.click("U_REVIEWER", card, "approve", 2)
    await town.until_moved("countersign_jobs_dead_total{publish}")
    assert await town.moved("countersign_jobs_failed_total{publish}") == 1

    async def is_a_dead_letter() -> bool:
        return (await town.numbers())["countersign_dead_letters"] == 1

    await eventually(is_a_dead_letter)


async def test_a_fault_that_a_person_is_told_of_is_counted(town: Gauged) -> None:
    card = await town.card()
    await town.office.fault(method="views.open", error="internal_error", times=3)
    await town.office.click("U_REVIEWER", card, "reject", 2)
    told = await town.moved("countersign_faults_total{listener}")
    assert told >= 1
    assert await town.moved("countersign_requests_total{block_actions,failed}") == told


async def test_calls_of_the_model_and_its_tokens_are_counted(tmp_path: Path) -> None:
    async with (
        OpenAIServer([good()]) as server,
        connect_openai(server.key, base_url=server.url, retries=0) as client,
        open_office(tmp_path, model=OpenAIModel(client, "gpt-test")) as office,
        gauged(office) as town,
    ):
        await town.card()
        assert await town.moved("countersign_model_calls_total{answered}") == 1
        assert await town.moved("countersign_model_call_seconds_count{answered}") == 1
        assert await town.moved("countersign_model_tokens_total{prompt}") == 11
        assert await town.moved("countersign_model_tokens_total{completion}") == 7
        for behaviour, outcome in ((REFUSAL, "refused"), (BAD_KEY, "unavailable")):
            server.behaviours[:] = [behaviour]
            await office.command("U_REQUESTER", f"10 USD | Globex | {outcome}")
            await town.until_moved(f"countersign_model_calls_total{{{outcome}}}")
        assert await town.moved("countersign_model_tokens_total{prompt}") == 22
        metrics.model_called("answered", 0.1, -5, -5)
        assert await town.moved("countersign_model_tokens_total{prompt}") == 22


async def test_the_budget_of_the_model_and_the_memory_of_redis_are_shown(tmp_path: Path) -> None:
    policy = sandbox_policy(model=ModelUse(tokens_a_day=50_000))
    async with open_office(tmp_path, policy=policy) as office, gauged(office) as town:
        budgets, now = office.bot.stores.budgets, office.bot.use_cases.now()
        await budgets.add(TEAM, now, 45_000)
        review = budgets.of(policy.model, TEAM, "R-7K3F2", now)
        assert await review.reserve(6_000) == "the day's budget of 50,000 tokens is spent"
        shown = await town.numbers()
        assert shown["countersign_model_budget_used_tokens"] == 45_000
        assert shown["countersign_model_budget_tokens"] == 50_000
        assert await town.moved("countersign_model_budget_refusals_total{day}") == 1
        assert await town.moved("countersign_model_budget_refusals_total{review}") == 0
        assert shown["countersign_redis_memory_bytes"] > 100_000
        assert shown["countersign_redis_eviction_off"] == 1


async def test_with_redis_away_the_process_still_answers_and_says_so(tmp_path: Path) -> None:
    async with (
        one_server(tmp_path / "server") as server,
        open_office(tmp_path, redis_url=server.url, with_worker=False, retry_delays=()) as office,
        gauged(office) as town,
    ):
        async with working(office.bot):
            card = await town.card()
        os.kill(server.pid, signal.SIGSTOP)  # connections stay open, and nothing answers on them
        assert (await town.numbers())["countersign_redis_up"] == 0
        server.kill()
        assert (await office.click("U_REVIEWER", card, "approve", 2))["status"] == 503
        away = await town.numbers()
        assert away["countersign_redis_up"] == 0
        assert "countersign_reviews_open" not in away
        assert "countersign_redis_memory_bytes" not in away
        assert await town.moved("countersign_requests_total{block_actions,failed}") == 1
        assert await town.moved("countersign_faults_total{store}") == 1
        await server.start()

        async def is_back() -> bool:
            return (await town.numbers()).get("countersign_reviews_open") == 1

        await eventually(is_back)


def test_of_many_workspaces_no_budget_is_shown_and_of_a_mute_server_no_memory() -> None:
    shown = read(metrics.exposition(replace(EMPTY, budget=None, memory=None)).decode())
    assert "countersign_reviews_open" in shown
    assert not [
        name for name in shown if "budget_tokens" in name or "used_tokens" in name or "memory" in name
    ]


def test_the_page_for_operators_has_every_metric_with_its_labels_and_no_other() -> None:
    written = {name: labels for name, labels in ROW.findall(PAGE.read_text("utf-8"))}
    shown = {}
    for family in text_string_to_metric_families(metrics.exposition(EMPTY).decode()):
        if family.name.startswith("countersign_"):
            name = f"{family.name}_total" if family.type == "counter" else family.name
            labels = [label for label in family.samples[0].labels if label != "le"]
            shown[name] = ", ".join(f"`{label}`" for label in labels) or "none"
    assert written == shown
