"""Where the figures go: a page, a file, and a picture where matplotlib is."""

import json
import sys
from pathlib import Path

import pytest

from tests.cli.test_command_line import one_sentence
from tests.evaluation.files import small_file
from tests.processes import called

QUICK = ("eval", "--plants", "2")


def test_tables_stand_between_the_marks_of_a_page_and_all_else_stays(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page, tea = tmp_path / "page.md", str(small_file(tmp_path))
    page.write_text("# Ours\n<!-- figures: begin -->\nold\n<!-- figures: end -->\nafter\n")
    ended = called(capsys, *QUICK, tea, "--page", str(page), "--save", str(tmp_path / "figures.json"))
    assert (ended.code, ended.err) == (0, "")
    text = page.read_text()
    assert text.startswith("# Ours\n<!-- figures: begin -->\nPolicy `")
    assert text.endswith("\n<!-- figures: end -->\nafter\n")
    assert "| split | rule |" in text
    assert "old" not in text
    assert "0 of 100 payments over the limit were approved automatically" in text
    assert json.loads((tmp_path / "figures.json").read_text())["format"] == "countersign-eval-1"


def test_a_page_without_marks_is_one_sentence_before_anything_is_measured(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page, figures = tmp_path / "page.md", tmp_path / "figures.json"
    page.write_text("# Ours\n")
    ended = called(capsys, *QUICK, str(small_file(tmp_path)), "--page", str(page), "--save", str(figures))
    one_sentence(ended, "the page needs the marks")
    assert not figures.exists()


def test_a_chart_without_matplotlib_is_one_sentence_before_anything_is_measured(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    one_sentence(called(capsys, *QUICK, "--chart", "x.png"), "countersign[eval]")


@pytest.mark.usefixtures("two_hostile_texts")
def test_a_chart_is_a_picture(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib", reason="comes with make eval")
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path))
    ended = called(capsys, *QUICK, str(small_file(tmp_path)), "--chart", str(tmp_path / "figures"))
    assert ended.code == 0
    assert (tmp_path / "figures").read_bytes().startswith(b"\x89PNG")


def test_a_scripted_model_that_nobody_knows_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    one_sentence(called(capsys, *QUICK, "--scripted", "clever"), "obedient, dictated, anxious")


@pytest.mark.usefixtures("two_hostile_texts")
def test_the_sanctions_list_of_the_policy_is_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(f"rules.sanctioned_name.file = '{tmp_path / 'sdn.csv'}'\n")
    one_sentence(called(capsys, *QUICK, "--policy", str(policy)), "sdn.csv cannot be read")
    (tmp_path / "sdn.csv").write_text('1,"NORTHERN LANTERN SHIPPING","-0- "\n')
    ended = called(capsys, *QUICK, str(small_file(tmp_path)), "--policy", str(policy), "--json")
    (file, *_) = json.loads(ended.out)["files"]
    assert file["alarms"] < file["judged"]
