"""What the model is told beside the payments of a batch, and within which limits it is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.llm.call_limit import CallLimit
from bot.llm.prompt import Prompt, assessment_prompt


class Budget(Protocol):
    """The tokens that the model may cost, counted before they are spent: no crash makes a call free."""

    async def reserve(self, tokens: int) -> str:
        """Count these tokens as spent; or say why they must not be, in words that follow a colon."""
        ...

    async def settle(self, reserved: int, spent: int) -> None:
        """Replace what was reserved for a call by what the call cost."""
        ...


class NoBudget:
    """Counts nothing and refuses nothing: for payments that belong to no review."""

    async def reserve(self, tokens: int) -> str:
        """Allow every call."""
        return ""

    async def settle(self, reserved: int, spent: int) -> None:
        """Do nothing, since nothing was counted."""


@dataclass(frozen=True, slots=True)
class ModelContext:
    """How the model is asked about a batch.

    ``facts`` are what the books know of a vendor, by its name as submitted, in words that code made.
    """

    instructions: Prompt = field(default_factory=assessment_prompt)
    facts: Mapping[str, str] = field(default_factory=dict)
    call_limit: CallLimit = field(default_factory=CallLimit)
    budget: Budget = field(default_factory=NoBudget)
