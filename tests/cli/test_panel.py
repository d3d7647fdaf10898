"""What the page of the demo is told of steps and jobs: ids and counts."""

import logging
from typing import Any

import pytest

from bot.cli.panel import Panel, said

STEP = {"event": "step stored", "team": "T1", "review": "R-7K3F2", "version": 4, "jobs": ["publish"]}


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({**STEP, "turns": 1, "decisions": 0}, ("stored 1 turn", "R-7K3F2, version 4; queued: publish")),
        (
            {**STEP, "turns": 2, "decisions": 3, "jobs": []},
            ("stored 2 turns and 3 decisions", "R-7K3F2, version 4"),
        ),
        ({**STEP, "turns": 0, "decisions": 0, "jobs": []}, ("stored state", "R-7K3F2, version 4")),
        ({"event": "job done", "job": "publish:T1:R-7K3F2:4"}, ("job publish done", "R-7K3F2")),
        (
            {"event": "job failed", "job": "assess:T1:R-7K3F2:1", "reference": "ab12"},
            ("job assess failed, to be tried again", "reference ab12"),
        ),
        ({"event": "slack call", "method": "chat.update"}, None),
    ],
)
def test_each_entry_in_words(entry: dict[str, Any], told: tuple[str, str] | None) -> None:
    assert said(entry) == told


def test_the_same_again_is_told_once() -> None:
    heard: list[tuple[str, str]] = []
    panel = Panel()
    panel.tell = lambda what, detail: heard.append((what, detail))
    for msg in ({"event": "job done", "job": "publish:T1:R-7K3F2:4"},) * 3 + ("words of a library",):
        panel.emit(logging.LogRecord("bot", logging.INFO, "", 1, msg, None, None))
    assert heard == [("job publish done", "R-7K3F2")]
