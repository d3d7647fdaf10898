"""A policy file as a process reads it, and the sanctions list that a policy names."""

import datetime as dt
import os
from pathlib import Path

import pytest

from bot.config.policy_loading import PolicyFile, SanctionsLoader, read_policy
from bot.domain.policy import Policy, PolicyError, default_policy


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "policy.toml"
    path.write_text("[limits]\nUSD = 500\n")
    return path


def test_a_file_moved_into_place_is_a_change_though_size_and_time_are_the_same(file: Path) -> None:
    before = PolicyFile(file).stamp()
    other = file.with_name("other.toml")
    other.write_text("[limits]\nUSD = 600\n")
    was = file.stat()
    os.utime(other, ns=(was.st_atime_ns, was.st_mtime_ns))
    other.replace(file)
    assert PolicyFile(file).stamp() != before
    file.unlink()
    assert PolicyFile(file).stamp() == ()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (b"[limits\nUSD = 9\n", r"Line 1"),
        (b"[limits]\nUSD = -9\n", r"Line 2, limits\.USD: "),
        (b'[limits]\nUSD = "\xff"\n', "cannot be read"),
        (b"limit = 9\n", "Line 1, limit: there is no such key"),
    ],
    ids=["no TOML", "no limit", "no text", "no such key"],
)
def test_a_wrong_file_is_refused_with_its_name_the_line_and_the_key(
    file: Path, wrong: bytes, why: str
) -> None:
    file.write_bytes(wrong)
    with pytest.raises(PolicyError, match=rf"policy\.toml:? .*{why}"):
        PolicyFile(file).read()
    with pytest.raises(PolicyError, match=r"nowhere\.toml cannot be read"):
        read_policy(file.with_name("nowhere.toml"))


def test_a_file_from_an_editor_that_marks_utf8_is_read(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf[limits]\r\nUSD = 600\r\n")
    assert read_policy(file).limits["USD"] == 600


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("", True),
        ("# to do\n\n", True),
        ("[limits]\n", True),
        ("[rules.split_payment]\n", True),
        ("approvers = []\n", False),
        ("[rules.split_payment]\non = true\n", False),
    ],
)
def test_a_file_of_comments_and_empty_tables_sets_nothing(file: Path, text: str, nothing: bool) -> None:
    file.write_text(text)
    assert PolicyFile(file).read().sets_nothing is nothing


def test_without_a_file_the_default_policy_judges() -> None:
    assert read_policy(None) == default_policy()


def test_the_sanctions_list_of_a_policy_is_read_and_read_again_when_it_changes(tmp_path: Path) -> None:
    listed = tmp_path / "sdn.csv"
    listed.write_text('1,"NORTHERN LANTERN SHIPPING","-0- "\n')
    os.utime(listed, (0, dt.datetime(2026, 6, 1, tzinfo=dt.UTC).timestamp()))
    policy = Policy.from_toml(f"rules.sanctioned_name.file = '{listed}'")
    loader = SanctionsLoader()
    sanctions = loader(policy)
    assert sanctions is not None
    assert (len(sanctions), sanctions.as_of) == (1, dt.date(2026, 6, 1))
    assert loader(policy) is sanctions
    listed.write_text('1,"NORTHERN LANTERN SHIPPING","-0- "\n2,"SOUTHERN LANTERN","-0- "\n')
    again = loader(Policy.from_toml(f"rules.sanctioned_name = {{file = '{listed}', as_of = 2026-05-05}}"))
    assert again is not None
    assert (len(again), again.as_of) == (2, dt.date(2026, 5, 5))


def test_a_list_that_is_not_there_is_told_and_none_is_no_fault(tmp_path: Path) -> None:
    policy = Policy.from_toml(f"rules.sanctioned_name.file = '{tmp_path / 'gone.csv'}'")
    with pytest.raises(PolicyError, match=r"rules\.sanctioned_name\.file: .*gone\.csv cannot be read"):
        SanctionsLoader().load(policy)
    assert SanctionsLoader()(policy) is None
    (tmp_path / "gone.csv").write_text("nothing\n")
    with pytest.raises(PolicyError, match="no row of it holds a name"):
        SanctionsLoader().load(policy)
    assert SanctionsLoader().load(default_policy()) is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('1,"ABLE"\n2,"' + "x" * 140_000, "field larger than field limit"),
        ("<html>, you need to sign in\n<body>, and then again\n", "do not begin with a number"),
        ("ent_num,name\n<p>1,2</p>\n3,CHARLIE\n", "do not begin with a number"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(tmp_path: Path, content: str, why: str) -> None:
    (tmp_path / "sdn.csv").write_text(content)
    policy = Policy.from_toml(f"rules.sanctioned_name.file = '{tmp_path / 'sdn.csv'}'")
    with pytest.raises(PolicyError, match=f"sdn.csv cannot be read .*{why}"):
        SanctionsLoader().load(policy)
    assert SanctionsLoader()(policy) is None


def test_a_heading_and_the_mark_at_the_end_are_no_fault(tmp_path: Path) -> None:
    (tmp_path / "sdn.csv").write_text('ent_num,name\n1,"ABLE SHIPPING"\n2,"BAKER"\n\x1a\n')
    policy = Policy.from_toml(f"rules.sanctioned_name.file = '{tmp_path / 'sdn.csv'}'")
    assert SanctionsLoader().load(policy) is not None
