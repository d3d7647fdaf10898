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
    text = files("bot.agent").joinpath("prompts", f"{name}.md").read_text(encoding="utf-8").strip()
    return Prompt(text=text, version=hashlib.sha256(text.encode()).hexdigest()[:12])


def prompt_version(name: str = "assess") -> str:
    """Which words the model was asked in, to be kept with what it answered."""
    return prompt(name).version
