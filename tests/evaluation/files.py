"""Files to plant violations in, and policies with a rule switched off."""

from dataclasses import replace
from pathlib import Path

from bot.domain.policy import Policy, default_policy
from bot.evaluation import KINDS, SAMPLE_FILES, EvaluationFile, ViolationKind
from bot.evaluation.planted_file import numbered
from bot.intake import read_file


def sample_file(name: str = "sample-cards.csv", seed: int = 1) -> EvaluationFile:
    """A made-up file, its earlier half as the past."""
    intake = read_file(name, SAMPLE_FILES[name](seed), currency="GBP")
    assert not intake.errors
    return EvaluationFile.halves(name, intake.transactions)


def every_fourth_row(file: EvaluationFile) -> EvaluationFile:
    """The file with a quarter of its rows and all of its past, for what is about the planted rows alone."""
    return replace(file, rows=numbered(file.rows[::4]))


def small_file(folder: Path) -> Path:
    """A file of twenty-eight payments, for what does not depend on how many are measured over."""
    lines = "".join(f"2026-03-{day:02},Vendor {'ABCDE'[day % 5]},{day * 7}.20,Tea\n" for day in range(1, 29))
    file = folder / "tea.csv"
    file.write_text(f"date,vendor,amount,memo\n{lines}")
    return file


def kind_named(name: str) -> ViolationKind:
    """The kind of violations that reports call so."""
    return next(kind for kind in KINDS if kind.name == name)


def without(rule: str) -> Policy:
    """The default policy with one rule switched off."""
    policy = default_policy()
    off = getattr(policy.rules, rule).model_copy(update={"on": False})
    return policy.model_copy(update={"rules": policy.rules.model_copy(update={rule: off})})
