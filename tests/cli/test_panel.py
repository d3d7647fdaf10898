"""What the page of the demo shows of steps and jobs: ids and counts."""

from pathlib import Path

import pytest

from bot.application.ports import Observer
from bot.cli.panel import Panel
from tests.office import SEED, open_office
from tests.store.servers import eventually

Shown = list[tuple[str, str]]


@pytest.fixture
def shown() -> Shown:
    return []


@pytest.fixture
def panel(shown: Shown) -> Observer:
    """A panel that notes what it shows."""
    return Panel(lambda what, detail: shown.append((what, detail)))


@pytest.mark.parametrize(
    ("turns", "decisions", "jobs", "expected"),
    [
        (1, 0, ("publish",), ("stored 1 turn", "R-7K3F2, version 4; queued: publish")),
        (0, 1, ("publish", "learn"), ("stored 1 decision", "R-7K3F2, version 4; queued: publish, learn")),
        (2, 3, (), ("stored 2 turns and 3 decisions", "R-7K3F2, version 4")),
        (0, 0, (), ("stored state", "R-7K3F2, version 4")),
    ],
)
def test_a_step_in_words(
    panel: Observer,
    shown: Shown,
    turns: int,
    decisions: int,
    jobs: tuple[str, ...],
    expected: tuple[str, str],
) -> None:
    panel.step_stored("R-7K3F2", 4, turns, decisions, jobs)
    assert shown == [expected]


def test_a_job_in_words(panel: Observer, shown: Shown) -> None:
    panel.job_done("publish:T1:R-7K3F2:4")
    panel.job_failed("assess:T1:R-7K3F2:1", "ab12")
    panel.job_failed("sweep", "cd34")
    assert shown == [
        ("job publish done", "R-7K3F2"),
        ("job assess failed, to be tried again", "reference ab12"),
        ("job sweep failed, to be tried again", "reference cd34"),
    ]


def test_what_happens_several_times_in_a_row_is_shown_once(panel: Observer, shown: Shown) -> None:
    for _ in range(3):
        panel.job_done("publish:T1:R-7K3F2:4")
    assert shown == [("job publish done", "R-7K3F2")]


async def test_a_running_bot_shows_its_steps_and_jobs(tmp_path: Path, panel: Observer, shown: Shown) -> None:
    async def is_shown(what: str) -> bool:
        return any(heading == what for heading, _ in shown)

    async with open_office(tmp_path, observer=panel) as office:
        await office.command("U_REQUESTER", SEED)
        card = await office.card("1 of 3")
        await office.said("You can say")
        review = (await office.review_state(card)).id
        assert shown[0] == ("stored state", f"{review}, version 1; queued: assess, publish")
        await eventually(lambda: is_shown("job assess done"))
        await eventually(lambda: is_shown("job publish done"))
        await office.fault(method="chat.update", error="fatal_error")
        await office.click("U_REVIEWER", card, "approve", 2)
        version = (await office.review_state(card)).version
        (decided,) = (detail for heading, detail in shown if heading.endswith("and 1 decision"))
        assert decided.startswith(f"{review}, version {version}; queued: publish")
        await eventually(lambda: is_shown("job publish failed, to be tried again"))
        (reference,) = (detail for heading, detail in shown if "failed" in heading)
        assert reference.startswith("reference ")
