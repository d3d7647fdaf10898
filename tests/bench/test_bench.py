"""The bench runs and says what it says in the form it promises; how fast anything is, no test asks."""

import json
import subprocess
import sys

import pytest

from tests.bench.figures import Figure, percentile, ratio, table
from tests.bench.fit import fitted
from tests.bench.programs import ROOT


def test_a_bench_yields_one_json_document_with_each_figure_beside_its_goal() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick", "--json", "--only", "bytes"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=50,
        check=True,
    )
    found = json.loads(ran.stdout)
    judged = [one for one in found["figures"] if one["goal"] is not None]
    assert [one["name"] for one in judged] == [
        "a review of 3, every tenth flagged: 1",
        "a review of 30, every tenth flagged: 3",
        "a review of 3, the sample: 3",
        "a review of 30, the sample: 17",
    ]
    assert all(one["met"] is (one["value"] <= one["goal"]) for one in judged)
    assert sum(found["details"]["bytes"][judged[0]["name"]]["keys"].values()) == judged[0]["value"] > 0
    assert "a review of 30" in ran.stderr


def test_a_ratio_is_the_median_of_rounds_measured_side_by_side() -> None:
    assert ratio([2, 30, 8], [1, 10, 2]) == 3
    assert percentile([5, 1, 4, 2, 3], 0.5) == 3
    assert percentile(range(1, 101), 0.99) == 99


def test_the_table_says_which_goal_is_met() -> None:
    shown = table(
        [
            Figure("a", "fast", "ms", 0.5, ours=1, floor=2, goal=1),
            Figure("b", "slow", "/s", 0.5, ours=1, floor=2, goal=1, bound="at least"),
            Figure("c", "large", "B", 1234, goal=1000),
            Figure("d", "known", "B", 1234),
        ]
    )
    assert [line.split()[-1] for line in shown.splitlines()[2:]] == ["met", "MISSED", "MISSED", "B"]


def test_a_line_is_fitted_with_small_values_as_close_as_large_ones() -> None:
    rows = [(1, 3, 1), (1, 40, 4), (1, 300, 30), (1, 40, 20)]
    exact = fitted(rows, [2_000 + 30 * payments + 500 * decisions for _, payments, decisions in rows])
    assert exact.parts == pytest.approx((2_000, 30, 500))
    assert exact.worst == pytest.approx(0)
    # The largest value a fifth too large: it gives way itself, and the smallest is met within a fortieth.
    parts = fitted([*rows, (1, 300, 3)], [2_590, 5_200, 31_200, 13_200, 12_500])
    assert 0.1 < parts.worst < 0.12
    assert sum(part * number for part, number in zip(parts.parts, rows[0], strict=True)) == pytest.approx(
        2_590, rel=0.025
    )
    with pytest.raises(ValueError, match="does not tell"):
        fitted([(1, 10, 1), (1, 20, 2), (1, 30, 3)], [11, 22, 33])


def test_the_sizes_are_told_of_real_processes_that_did_the_work() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick", "--json", "--only", "sizes"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=True,
    )
    found = json.loads(ran.stdout)
    values = {figure["name"]: figure["value"] for figure in found["figures"]}
    shapes = found["details"]["sizes"]["shapes"]
    assert [(shape["payments"], shape["flagged"]) for shape in shapes] == [(3, 1), (40, 4), (40, 20)]
    # Exact, whatever the machine is doing: how often a decision leads to a call to Slack, and what it leaves.
    assert round(values["calls to Slack: a decision"]) == 2
    assert values["memory for ever: a decision"] > 100
    assert values["past of a workspace, 1,000 payments a year to 100 vendors"] > 100
    assert values["an entry: an installation"] > 500
