"""What an operator imports: dashboards and alert rules by metrics that exist, and alerts that speak."""

import json
import re
import subprocess
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import metrics
from tests.test_metrics import EMPTY

DEPLOY = Path(__file__).parent.parent / "deploy"
BOARDS = sorted((DEPLOY / "grafana").glob("*.json"))
NAMED = re.compile(r"countersign_\w+")
LABELS = re.compile(r"(\w+)=~?\"([^\"]+)\"|(\w+)!=\"([^\"]+)\"")
RULES = DEPLOY / "prometheus" / "alerts.yml"


def samples() -> dict[str, list[dict[str, str]]]:
    """The labels of every series that a process exposes, by its name."""
    found: dict[str, list[dict[str, str]]] = {}
    for family in text_string_to_metric_families(metrics.exposition(EMPTY).decode()):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample.labels)
    return found


def expressions(board: Path) -> list[str]:
    document: dict[str, Any] = json.loads(board.read_text("utf-8"))
    return [target["expr"] for panel in document["panels"] for target in panel["targets"]]


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.stem)
def test_each_panel_of_a_dashboard_is_by_a_metric_that_exists(board: Path) -> None:
    known = samples()
    for expression in expressions(board):
        names = NAMED.findall(expression)
        assert names, expression
        assert set(names) <= known.keys(), expression


def test_the_dashboards_have_their_rooms_and_no_two_of_one_name() -> None:
    assert [board.stem for board in BOARDS] == ["jobs", "model", "overview", "redis", "slack"]
    documents = [json.loads(board.read_text("utf-8")) for board in BOARDS]
    assert len({document["uid"] for document in documents}) == len(documents)


def test_alert_rules_name_metrics_and_labels_that_exist() -> None:
    known = samples()
    lines = [line for line in RULES.read_text("utf-8").splitlines() if "countersign_" in line]
    assert len(lines) >= 19
    for line in lines:
        for name in NAMED.findall(line):
            assert name in known, line
            for label, value, *_ in LABELS.findall(line):
                values = {labels.get(label) for labels in known[name]}
                assert not label or set(value.split("|")) <= values, line


def test_each_metric_of_ours_is_on_a_dashboard() -> None:
    shown = {name for board in BOARDS for text in expressions(board) for name in NAMED.findall(text)}
    suffixes = ("_bucket", "_count", "_sum")
    ours = {name for name in samples() if name.startswith("countersign_")}
    missing = {name for name in ours if not any(name.removesuffix(end) in "".join(shown) for end in suffixes)}
    assert not missing


def test_alerts_are_silent_where_all_is_well_and_speak_where_it_is_not() -> None:
    promtool = which("promtool")
    if promtool is None:
        pytest.skip("there is no promtool on this machine (Debian's package prometheus has it)")
    ended = subprocess.run(
        [promtool, "test", "rules", "alerts_test.yml"], cwd=RULES.parent, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_page_for_operators_says_what_to_do_at_each_alert() -> None:
    page = (DEPLOY / "OBSERVABILITY.md").read_text("utf-8")
    advised = {name for line in page.splitlines() for name in re.findall(r"`(Countersign\w+)`", line)}
    assert advised == set(re.findall(r"alert: (\w+)", RULES.read_text("utf-8")))
