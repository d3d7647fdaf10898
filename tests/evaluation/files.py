"""Fields to plant in, and policies with a rule turned off."""

from bot.domain.policy import Policy, default_policy
from bot.evaluation import KINDS, SAMPLES, Field, Kind
from bot.intake import read_file


def field(name: str = "sample-cards.csv", seed: int = 1) -> Field:
    """A sample of our own, its earlier half as the past."""
    intake = read_file(name, SAMPLES[name](seed), currency="GBP")
    assert not intake.errors
    return Field.halves(name, intake.transactions)


def kind(name: str) -> Kind:
    return next(one for one in KINDS if one.name == name)


def without(rule: str) -> Policy:
    """The default policy with one rule turned off."""
    policy = default_policy()
    off = getattr(policy.rules, rule).model_copy(update={"on": False})
    return policy.model_copy(update={"rules": policy.rules.model_copy(update={rule: off})})
