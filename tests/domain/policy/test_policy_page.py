"""The page about the policy names every rule, and no other."""

import re
from pathlib import Path

from bot.domain.policy import RULES, Policy

PAGE = Path(__file__).parents[3] / "deploy" / "POLICY.md"


def test_the_page_lists_the_rules_there_are_with_their_weight() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [(rule.code, rule.severity.value) for rule in RULES]


def test_the_examples_of_a_matrix_are_policies() -> None:
    examples = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    routed = [policy for policy in map(Policy.from_toml, examples) if policy.routes]
    assert len(routed) == 3
