"""Prompts are data: text files beside the code, each known by the hash of its words."""

import hashlib
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict


class Prompt(BaseModel):
    """A system prompt and its ``version``, the first 12 hex digits of its SHA-256."""

    model_config = ConfigDict(frozen=True)

    text: str
    version: str


@cache
def load_prompt(name: str) -> Prompt:
    """The prompt in ``prompts/<name>.md``; raises ``FileNotFoundError`` for an unknown one."""
    return _prompt(files("bot.llm").joinpath("prompts", f"{name}.md").read_text(encoding="utf-8").strip())


def assessment_prompt(brief: str = "") -> Prompt:
    """How a batch is judged, with the policy in a few words.

    It is equal to the byte for all calls under one policy, and what differs from call to call comes after it:
    so a server that caches the beginning of a prompt reads this once.
    """
    judging = load_prompt("assess")
    return _prompt(f"{judging.text}\n\n{brief}") if brief else judging


def _prompt(text: str) -> Prompt:
    return Prompt(text=text, version=hashlib.sha256(text.encode()).hexdigest()[:12])
