"""How the model is asked about a batch: in which words, knowing what, how often at once, at what price."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.llm.lanes import Lanes
from bot.llm.prompt import Prompt, assessing


class Budget(Protocol):
    """What the model may cost; counted before it is spent, so that no crash makes a call free."""

    async def reserve(self, tokens: int) -> str:
        """Count these tokens; or why they must not be spent, in words that follow a colon."""
        ...

    async def settle(self, reserved: int, spent: int) -> None:
        """What was reserved for a call was this in the end."""
        ...


class NoBound:
    """Nobody counts: for a batch that is no review."""

    async def reserve(self, tokens: int) -> str:
        """It may always be spent."""
        return ""

    async def settle(self, reserved: int, spent: int) -> None:
        """Nothing was counted."""


@dataclass(frozen=True, slots=True)
class Asking:
    """``facts`` are what the books know of a vendor, by its name as submitted, in words that code made."""

    instructions: Prompt = field(default_factory=assessing)
    facts: Mapping[str, str] = field(default_factory=dict)
    lanes: Lanes = field(default_factory=Lanes)
    budget: Budget = field(default_factory=NoBound)
