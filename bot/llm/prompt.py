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
def prompt(name: str) -> Prompt:
    """The prompt in ``prompts/<name>.md``; raises ``FileNotFoundError`` for an unknown one."""
    return _known(files("bot.llm").joinpath("prompts", f"{name}.md").read_text(encoding="utf-8").strip())


def assessing(brief: str = "") -> Prompt:
    """How a batch is judged, with the policy in a few words; to the byte the same for all calls under it.

    What differs from call to call comes after it, so a server that keeps what it has read of a prompt's
    beginning reads this once.
    """
    words = prompt("assess")
    return _known(f"{words.text}\n\n{brief}") if brief else words


def _known(text: str) -> Prompt:
    return Prompt(text=text, version=hashlib.sha256(text.encode()).hexdigest()[:12])
