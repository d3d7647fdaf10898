"""A policy as somebody wrote it: its text, what it says, and whether it says anything."""

import tomllib
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from bot.domain.policy.config import Policy


@dataclass(frozen=True)
class WrittenPolicy:
    """The text of a policy file, the policy it is, and the file's name for sentences."""

    name: str
    text: str
    policy: Policy

    @classmethod
    def of(cls, name: str, text: str) -> Self:
        """Read a text; raises ``PolicyError``, which names the line and the key that is wrong."""
        return cls(name, text, Policy.from_toml(text))

    @cached_property
    def sets_nothing(self) -> bool:
        """Whether the text is empty, or holds comments and empty tables alone: something got lost then."""
        return not _has_value(tomllib.loads(self.text))


def _has_value(content: dict[str, Any]) -> bool:
    return any(_has_value(value) if isinstance(value, dict) else True for value in content.values())
