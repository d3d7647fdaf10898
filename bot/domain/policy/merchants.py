"""Kinds of merchants whose payments a human should see, out of ``merchants.toml``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict


class MerchantKind(BaseModel):
    """A kind of merchant: why a human should look, as the end of a sentence, and the words that tell it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: str
    words: tuple[str, ...]


@cache
def merchant_kinds() -> Mapping[str, MerchantKind]:
    """Every kind by its name, in the order of the file."""
    text = resources.files("bot.domain.policy").joinpath("merchants.toml").read_text("utf-8")
    return {name: MerchantKind.model_validate(table) for name, table in tomllib.loads(text).items()}
