"""The demo as a process: ready, stopped, killed, and going on where it was."""

import asyncio
import json
import os
import signal
from pathlib import Path

import pytest

from tests.office import SEED, cards
from tests.processes import Running, countersign, demo, running, server_lives, until, visited


async def test_it_says_in_one_line_that_it_is_ready_stops_cleanly_and_goes_on(tmp_path: Path) -> None:
    async with running(tmp_path, "demo", "--json", "--port", "0", "--data", "data") as started:
        ready = json.loads(await started.line())
        assert ready == {
            "workspace": ready["workspace"],
            "redis": f"unix://{tmp_path}/data/redis/redis.sock",
            "model": "policy-only",
        }
        async with visited(ready["workspace"]) as office:
            answer = await office.command("U_REQUESTER", "sample 3")
            assert (answer["ok"], answer["status"]) == (True, 200)
            await office.card()
            await office.command("U_REQUESTER", SEED)
            # The sample is random, and may ask for one decision too.
            card = await office.said("1 of 3 payments needs", "USD 12,000.00", "Acme Corp")
        ended = await started.stopped(signal.SIGTERM)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert not server_lives(tmp_path / "data/redis")

    async with demo(tmp_path) as (started, office):
        assert card["ts"] in [message["ts"] for message in cards(await office.state())]
        await shown_beside(tmp_path, card["metadata"]["event_payload"]["review"])
        await office.reply("U_REVIEWER", "approve 2", card)
        await office.said("Approved: #2.")
        ended = await started.stopped(signal.SIGINT)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert not server_lives(tmp_path / "data/redis")


async def shown_beside(folder: Path, review: str) -> None:
    """``show`` reads beside a running demo, and leaves its server alone."""
    known, unknown = await asyncio.gather(
        countersign(folder, "show", review.lower(), "--data", "data"),
        countersign(folder, "show", "R-00000", "--data", "data"),
    )
    assert known.code == 0
    for words in (review, "Acme Corp", "above the limit", "Conversation", "Audit trail", "submitted"):
        assert words in known.out
    assert (unknown.code, unknown.err) == (2, "countersign: There is no review R-00000.\n")


TWO = "12000 USD | Acme Corp | Reimbursement\n15000 USD | Globex | Server racks"


async def test_a_decision_acknowledged_before_a_kill_stands_after_it(tmp_path: Path) -> None:
    async with demo(tmp_path) as (started, office):
        await office.command("U_REQUESTER", TWO)
        card = await office.card("2 of 2 payments need")
        answer = await office.click("U_REVIEWER", card, "approve", 1)
        assert answer["ok"], answer
        await killed(started)
    await until(lambda: not server_lives(tmp_path / "data/redis"))
    async with demo(tmp_path) as (started, office):
        await office.click("U_SECOND", card, "hold", 2)
        review = card["metadata"]["event_payload"]["review"]
        shown = await countersign(tmp_path, "show", review, "--json", "--data", "data")
        await started.stopped(signal.SIGTERM)
    found = json.loads(shown.out)
    assert [
        (payment["transaction"]["ref"], payment["decision"]["kind"]) for payment in found["transactions"]
    ] == [
        (1, "approved"),
        (2, "held"),
    ]
    assert [entry["actor"] for entry in found["audit"] if entry["event"] == "decided"] == [
        "U_REVIEWER",
        "U_SECOND",
    ]


async def test_a_second_demo_on_the_same_folder_is_told_which_one_runs_there(tmp_path: Path) -> None:
    async with demo(tmp_path) as (started, office):
        again = await countersign(tmp_path, "demo", "--json", "--port", "0", "--data", "data")
        assert (again.code, again.out) == (2, "")
        assert again.err == (
            f"countersign: The demo in data runs already, as process {started.process.pid} at "
            f"{office.sandbox.url}; stop it first, or choose another folder with --data.\n"
        )
        await office.command("U_REQUESTER", TWO)
        await office.card("2 of 2 payments need")
        await killed(started)
    await until(lambda: not server_lives(tmp_path / "data/redis"))
    async with demo(tmp_path) as (started, _):  # a killed demo leaves nothing to clean up
        await started.stopped(signal.SIGTERM)


async def test_a_folder_that_others_could_read_is_closed_with_all_that_is_in_it(tmp_path: Path) -> None:
    async with demo(tmp_path) as (started, office):
        await office.command("U_REQUESTER", TWO)
        await office.card("2 of 2 payments need")
        await started.stopped(signal.SIGTERM)
    data = tmp_path / "data"
    inside = [data, data / "redis", data / "workspace", *data.rglob("*.sqlite3"), *data.rglob("*.aof")]
    assert len(inside) >= 5
    for path in inside:
        path.chmod(0o755 if path.is_dir() else 0o644)
    async with demo(tmp_path) as (started, _):
        left = [path for path in [data, *data.rglob("*")] if not path.is_socket()]
        open_to_others = [path for path in left if path.stat().st_mode & 0o077]
        assert not open_to_others
        await started.stopped(signal.SIGTERM)


async def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    if os.geteuid():
        pytest.skip("only root can make a folder of somebody else")
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    os.chown(data, 4242, 4242)
    ended = await countersign(tmp_path, "demo", "--port", "0", "--data", "data")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"countersign: The folder {data} belongs to another user")
    assert list(data.iterdir()) == []


async def killed(started: Running) -> None:
    started.process.kill()
    async with asyncio.timeout(10):
        await started.process.wait()
