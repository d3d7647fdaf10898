"""Traces, where a collector is set: what spans hold, how they hang together, and what they do not cost."""

import asyncio
import contextlib
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.async_app import AsyncBoltRequest
from slack_sdk.socket_mode.request import SocketModeRequest

from bot import traces
from bot.config.otlp import ids_of
from bot.config.settings import Settings
from bot.config.tracing import traced, traces_endpoint
from bot.llm.openai_model import OpenAIModel, connect_openai
from bot.telemetry_names import OTHER
from bot.traces import allowed
from handlers.inbound.tracing import was_delivered_before
from tests.collector import Collector, collector
from tests.office import PATIENCE, SEED, open_office
from tests.openai_server import OpenAIServer, good
from tests.processes import answered
from tests.store.servers import eventually

REQUEST = "0123456789ab"


def settings(**changes: Any) -> Settings:
    return Settings(_env_file=None, **changes)


@pytest.fixture
async def taken() -> AsyncIterator[Collector]:
    async with collector() as opened:
        yield opened


# -- what a span may hold


@pytest.mark.parametrize(
    "text", ["Reimbursement for Acme", "xoxb-1", "ana@example.com", "U_REVIEWER", "", 7.5]
)
def test_what_stands_on_no_list_is_other_whatever_it_is_given_as(text: object) -> None:
    names = traces.Facts.__annotations__
    assert names.keys() == set(allowed(dict.fromkeys(names, text)))
    assert set(allowed(dict.fromkeys(names, text)).values()) == {OTHER}


def test_a_fact_that_nobody_knows_is_left_out() -> None:
    assert allowed({"memo": "sealed", "tries": 3}) == {"tries": 3}


async def test_names_and_errors_of_spans_quote_nobody(taken: Collector) -> None:
    async with traced(settings(otlp_endpoint=taken.url)):
        with traces.request("Acme Corp, 4000 EUR", REQUEST):
            with contextlib.suppress(OSError), traces.slack_call("files-pri/T1-F1/memo.csv"):
                raise OSError("sealed")
            with pytest.raises(ValueError, match="sealed"), traces.step("step", "Acme"):
                raise ValueError("sealed: Acme")
            traces.step("step of Acme, sealed", "R-7K3F2").end()
        with traces.job("publish:T1:R-7K3F2", REQUEST, "Acme"):
            pass
    names = {span.name: span for span in taken.spans}
    assert names.keys() == {"request other", "slack other", "step", "other", "job other"}
    assert {name for name, span in names.items() if span.is_failed} == {"slack other", "step"}
    assert names["step"].facts == {"countersign.review": "other", "error.type": "ValueError"}
    assert names["slack other"].facts["error.type"] == "OSError"
    assert not any(word in taken.words for word in ("sealed", "Acme", "4000", "memo", "T1"))


# -- how they hang together


async def test_a_job_stands_in_the_trace_of_its_request_and_a_second_delivery_too(taken: Collector) -> None:
    async with traced(settings(otlp_endpoint=taken.url)):
        traces.step("step", "R-7K3F2").end()  # inside of nothing: it is not recorded
        traces.request("block_actions", REQUEST).end()
        traces.request("block_actions", REQUEST, again=True).end()
        traces.job("publish", REQUEST, "R-7K3F2").end()
        traces.job("remind", "").end()
    first, second, job, alone = taken.spans
    assert (int(first.trace, 16), int(first.id, 16)) == ids_of(REQUEST)
    assert (first.parent, second.parent, job.parent) == ("", first.id, first.id)
    assert first.trace == second.trace == job.trace != alone.trace
    assert len({span.id for span in taken.spans}) == 4
    assert (alone.parent, job.facts["countersign.review"]) == ("", "R-7K3F2")


@pytest.mark.parametrize(("attempt", "again"), [(None, False), (0, False), (1, True)])
def test_slack_says_that_it_delivers_again(attempt: int | None, again: bool) -> None:
    request = SocketModeRequest("events_api", "envelope", {}, retry_attempt=attempt)
    headers = AsyncBoltRequest(mode="socket_mode", body={}, headers=build_headers(request)).headers
    assert was_delivered_before(headers) is again


async def test_a_call_of_the_model_stands_in_the_job_that_made_it(tmp_path: Path, taken: Collector) -> None:
    async with (
        OpenAIServer([good()]) as server,
        connect_openai(server.key, base_url=server.url, retries=0) as client,
        traced(settings(otlp_endpoint=taken.url)),
        open_office(tmp_path, model=OpenAIModel(client, "gpt-test")) as office,
    ):
        await office.command("U_REQUESTER", SEED)
        await office.card("1 of 3")
        await office.said("You can say")
    spans = {span.id: span for span in taken.spans}
    (asked,) = (span for span in taken.spans if span.name == "model")
    assert spans[asked.parent].name == "job assess"
    assert asked.facts["countersign.prompt_tokens"] == 11
    assert "Acme" not in taken.words


@pytest.mark.parametrize(
    ("given", "share"),
    [
        ({}, 1.0),
        ({"traces_sampler": "always_off"}, 0.0),
        ({"traces_sampler": "parentbased_traceidratio", "traces_sampler_arg": 0.25}, 0.25),
        ({"traces_sampler": "parentbased_always_on", "traces_sampler_arg": 0.25}, 1.0),
    ],
)
def test_the_sampler_says_which_share_of_traces_is_recorded(given: dict[str, Any], share: float) -> None:
    assert settings(**given).traces_share == share


async def test_of_a_trace_all_spans_are_recorded_or_none(taken: Collector) -> None:
    half = settings(otlp_endpoint=taken.url, traces_sampler="traceidratio", traces_sampler_arg=0.5)
    names = [f"{number:012x}" for number in range(64)]
    async with traced(half):
        for name in names:
            traces.request("message", name).end()
    async with traced(half):  # as another process
        for name in names:
            traces.job("publish", name).end()
    by_name = {kind: {span.trace for span in taken.spans if span.name == kind} for kind in KINDS}
    assert by_name["request message"] == by_name["job publish"]
    assert 8 < len(by_name["job publish"]) < 56


KINDS = ("request message", "job publish")


def test_the_endpoint_is_made_as_the_specification_says() -> None:
    assert traces_endpoint(settings()) is None
    assert traces_endpoint(settings(otlp_endpoint="http://c:4318/")) == "http://c:4318/v1/traces"
    both = settings(otlp_endpoint="http://c:4318", otlp_traces_endpoint="https://other/in")
    assert traces_endpoint(both) == "https://other/in"


# -- what they cost


async def test_the_doctor_asks_the_collector(tmp_path: Path, taken: Collector) -> None:
    told = {"OTEL_EXPORTER_OTLP_ENDPOINT": taken.url, "OTEL_EXPORTER_OTLP_HEADERS": "key=a%20b"}
    assert "ok    traces: the collector takes them" in (await answered(tmp_path, "doctor", **told)).out
    assert taken.headers[0]["key"] == "a b"
    told["OTEL_EXPORTER_OTLP_ENDPOINT"] = f"{taken.url}/elsewhere"
    mended = (await answered(tmp_path, "doctor", **told)).out
    assert "mend  traces: the collector does not take them" in mended
    assert not taken.spans


async def test_a_collector_that_was_given_up_is_asked_no_more(taken: Collector) -> None:
    taken.is_busy = True  # what the exporter would try again for seconds
    async with traced(settings(otlp_endpoint=taken.url)):
        with traces.request("command", REQUEST):
            pass
    for sending in [thread for thread in threading.enumerate() if thread.name == "traces"]:
        await asyncio.to_thread(sending.join, PATIENCE)
    assert taken.asked == 1


async def test_a_collector_that_hangs_delays_neither_a_click_nor_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "4")
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "8")
    async with collector(hangs=True) as hung:

        async def was_asked() -> int:
            return hung.asked

        async with traced(settings(otlp_endpoint=hung.url)), open_office(tmp_path) as office:
            await office.command("U_REQUESTER", SEED)
            card = await office.card("1 of 3")
            await eventually(was_asked)
            answer = await office.click("U_REVIEWER", card, "approve", 2)
            assert (answer["ok"], answer["status"]) == (True, 200)
            await office.card("everything is decided")
            ending = asyncio.timeout(5)
            await ending.__aenter__()
        await ending.__aexit__(None, None, None)
        assert not hung.bodies


def test_without_an_endpoint_nothing_of_the_sdk_is_imported() -> None:
    program = """
import asyncio, sys
import bot.app, bot.cli.serve
from bot import traces
from bot.config.settings import Settings
from bot.config.tracing import traced

async def main():
    async with traced(Settings(_env_file=None)):
        with traces.request("message", "0123456789ab"), traces.job("publish", "") as job:
            job.note(outcome="done")

asyncio.run(main())
names = ("opentelemetry.sdk", "opentelemetry.exporter")
print([name for name, module in sys.modules.items() if module and name.startswith(names)])
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={}
    )
    assert ended.stdout.strip() == "[]"
