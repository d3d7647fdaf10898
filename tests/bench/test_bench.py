"""The bench runs and says what it says in the form it promises; how fast anything is, no test asks."""

import json
import subprocess
import sys

from tests.bench.figures import Figure, percentile, ratio, table
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
