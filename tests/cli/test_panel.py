"""What the page of the demo is told of steps and jobs: ids and counts."""

import logging
from typing import Any

import pytest

from bot.cli.panel import Panel, PanelFeed

Shown = list[tuple[str, str]]
STEP = {"event": "step stored", "team": "T1", "review": "R-7K3F2", "version": 4, "jobs": ["publish"]}


@pytest.fixture
def shown() -> Shown:
    return []


@pytest.fixture
def feed(shown: Shown) -> PanelFeed:
    """A feed with a panel that notes what it shows."""
    feed = PanelFeed()
    feed.panel = Panel(lambda what, detail: shown.append((what, detail)))
    return feed


def entry(message: object) -> logging.LogRecord:
    return logging.LogRecord("bot", logging.INFO, "", 1, message, None, None)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({**STEP, "turns": 1, "decisions": 0}, [("stored 1 turn", "R-7K3F2, version 4; queued: publish")]),
        (
            {**STEP, "turns": 2, "decisions": 3, "jobs": []},
            [("stored 2 turns and 3 decisions", "R-7K3F2, version 4")],
        ),
        ({**STEP, "turns": 0, "decisions": 0, "jobs": []}, [("stored state", "R-7K3F2, version 4")]),
        ({"event": "job done", "job": "publish:T1:R-7K3F2:4"}, [("job publish done", "R-7K3F2")]),
        (
            {"event": "job failed", "job": "assess:T1:R-7K3F2:1", "reference": "ab12"},
            [("job assess failed, to be tried again", "reference ab12")],
        ),
        ({"event": "slack call", "method": "chat.update"}, []),
        ("words of a library", []),
    ],
)
def test_each_entry_in_words(feed: PanelFeed, shown: Shown, message: Any, expected: Shown) -> None:
    feed.emit(entry(message))
    assert shown == expected


def test_what_happens_several_times_in_a_row_is_shown_once(feed: PanelFeed, shown: Shown) -> None:
    for _ in range(3):
        feed.emit(entry({"event": "job done", "job": "publish:T1:R-7K3F2:4"}))
    assert shown == [("job publish done", "R-7K3F2")]


def test_entries_before_there_is_a_panel_are_dropped(shown: Shown) -> None:
    feed = PanelFeed()
    feed.emit(entry({**STEP, "turns": 1, "decisions": 0}))
    feed.panel = Panel(lambda what, detail: shown.append((what, detail)))
    assert shown == []
