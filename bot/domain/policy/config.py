"""The policy: what is flagged and who decides, read from TOML."""

import hashlib
import json
import re
import tomllib
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Annotated, Any, Self, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    ValidationError,
    model_validator,
)

from bot.domain.money import AmountError, fit, minor_digits
from bot.domain.policy.rule_settings import Rules


class HumanInputMode(StrEnum):
    """When the human is asked: after every turn, only for what needs a decision, or not at all."""

    ALWAYS = "ALWAYS"
    TERMINATE = "TERMINATE"
    NEVER = "NEVER"


class PolicyError(ValueError):
    """A policy file that cannot be used; the sentence names the line and the key."""


def _iso_4217(code: str) -> str:
    try:
        minor_digits(code)
    except AmountError as error:
        raise ValueError(error.reason) from None
    return code


def _as_said(value: object) -> str:
    """A number as the same text however it was written: 0.9 and 0.90 are the same policy."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


# What is wrong with a value, for those who read the file and not the code.
_IN_WORDS = {
    "dict_type": "this must be a table, such as [limits] with lines like USD = 10_000",
    "model_type": "this must be a table of its own, such as [rules.split_payment]",
    "tuple_type": 'this must be a list, such as ["one", "two"]',
    "string_type": "this must be a text in quotes",
    "decimal_type": "this must be a number",
    "decimal_parsing": "this must be a number",
    "int_type": "this must be a whole number",
    "bool_type": "this must be true or false",
    "finite_number": "this must be a number",
    "int_parsing": "this must be a whole number",
    "int_from_float": "this must be a whole number",
    "greater_than_equal": "this must not be below {ge}",
    "less_than_equal": "this must not be above {le}",
    "string_pattern_mismatch": "this must be a Slack user id, such as U012AB3CD",
    "extra_forbidden": "there is no such key",
}

Currency = Annotated[str, AfterValidator(_iso_4217)]
Limit = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]
UserId = Annotated[str, StringConstraints(pattern=r"^[UW][A-Z0-9_]{1,40}$")]
Tokens = Annotated[int, Field(ge=0, strict=True)]
VendorName = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class ModelUse(BaseModel):
    """What the model may cost, in tokens (0: no bound), and whether the bot approves anything by itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    recommend_only: StrictBool = False
    tokens_a_review: Tokens = 400_000
    tokens_a_day: Tokens = 5_000_000


class Policy(BaseModel):
    """One version of the policy.

    ``limits`` are in major units by ISO 4217 code, ``approvers`` are Slack user ids (empty: anyone in the
    channel but the submitter), ``currency`` is read where a payment names none, ``correction_minutes`` is
    how long a decision may be replaced by whoever made it (0: never).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    human_input_mode: HumanInputMode = HumanInputMode.ALWAYS
    approvers: tuple[UserId, ...] = ()
    currency: Currency = "USD"
    correction_minutes: int = Field(default=10, ge=0, le=1440)
    limits: dict[Currency, Limit] = Field(default_factory=lambda: dict(default_policy().limits))
    vague_memos: tuple[str, ...] = Field(default_factory=lambda: default_policy().vague_memos)
    category_limits: dict[str, dict[Currency, Limit]] = Field(default_factory=dict)
    vendor_limits: dict[VendorName, dict[Currency, Limit]] = Field(default_factory=dict)
    denied_vendors: tuple[VendorName, ...] = ()
    known_vendors: tuple[VendorName, ...] = ()
    model: ModelUse = ModelUse()
    rules: Rules = Field(default_factory=lambda: default_policy().rules)

    @model_validator(mode="after")
    def _limits_fit_their_currency(self) -> Self:
        for currency, limit in self.limits.items():
            try:
                fit(limit, currency)
            except AmountError as error:
                raise ValueError(f"limits.{currency}: {error.reason}") from None
        return self

    @property
    def version(self) -> str:
        """The first 12 hex digits of the SHA-256 over the content; equal policies have equal versions."""
        content = json.dumps(self.model_dump(), sort_keys=True, default=_as_said)
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read a policy file; ``PolicyError`` names the line and the key that is wrong."""
        try:
            return cls.model_validate(_completed(tomllib.loads(text, parse_float=Decimal)))
        except tomllib.TOMLDecodeError as error:
            raise PolicyError(_syntax_sentence(text, str(error))) from None
        except ValidationError as error:
            raise PolicyError(_value_sentence(text, error)) from None


def _completed(written: dict[str, Any]) -> dict[str, Any]:
    """What the file says, with the default lines of each rule that it says nothing about."""
    rules = written.get("rules", {})
    if not isinstance(rules, dict):
        return written
    tables = dict(_default_rules())
    for name, own in rules.items():
        tables[name] = {**tables.get(name, {}), **own} if isinstance(own, dict) else own
    return {**written, "rules": tables}


@cache
def _default_rules() -> dict[str, dict[str, Any]]:
    return cast(dict[str, dict[str, Any]], tomllib.loads(default_policy_text(), parse_float=Decimal)["rules"])


def load(text: str) -> Policy:
    """Read a policy file; ``PolicyError`` names the line and the key that is wrong."""
    return Policy.from_toml(text)


def default_policy_text() -> str:
    """The commented default policy, as TOML."""
    return resources.files("bot.domain.policy").joinpath("default.toml").read_text(encoding="utf-8")


def default_policy() -> Policy:
    """The policy that judges where no file is given."""
    return _default_policy()


@cache
def _default_policy() -> Policy:
    return Policy.from_toml(default_policy_text())


def _syntax_sentence(text: str, message: str) -> str:
    place = re.search(r"\(at (?:line (\d+), column \d+|end of document)\)", message)
    lines = text.splitlines() or [""]
    number = int(place[1]) if place and place[1] else len(lines)
    line = lines[min(number, len(lines)) - 1]
    key = re.match(r"\s*([\w.\"-]+)\s*(?:=|$)", line)
    at = f"Line {number}" + (f", {key[1]}" if key else "")
    return f"{at}: this is not valid TOML ({message.partition(' (at ')[0].lower()})."


def _value_sentence(text: str, error: ValidationError) -> str:
    first = error.errors()[0]
    path = [str(part) for part in first["loc"] if part != "[key]"]
    problem = first["msg"].removeprefix("Value error, ").removeprefix("Input ").rstrip(".")
    if not path and (named := re.match(r"limits\.([A-Z]{3}): ", problem)):
        path, problem = ["limits", named[1]], problem[named.end() :]
    if words := _IN_WORDS.get(first["type"]):
        problem = words.format(**first.get("ctx", {}))
    if first["type"] == "extra_forbidden":
        problem += f"; the keys are {', '.join(_table_at(path[:-1]).model_fields)}"
    key = ".".join(path)
    line = _line_of(text, path)
    return f"Line {line}, {key}: {problem}." if line else f"{key}: {problem}."


def _table_at(path: list[str]) -> type[BaseModel]:
    """The model of a table; of a table that is none, the nearest above it."""
    model: type[BaseModel] = Policy
    for name in path:
        kind = model.model_fields[name].annotation if name in model.model_fields else None
        if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
            break
        model = kind
    return model


def _line_of(text: str, path: list[str]) -> int | None:
    """The line that sets a key: ``[limits]`` then ``XYZ = 1``, or ``limits.XYZ = 1``, or the key above it."""
    table: list[str] = []
    found: tuple[int, int] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line):
            table = _parts(header[1])
            here = table
        elif assignment := re.match(r"\s*([\w-]+|\"[^\"]*\"|[\w-]+(?:\s*\.\s*[\w-]+)+)\s*=", line):
            here = table + _parts(assignment[1])
        else:
            continue
        if here == path[: len(here)] and (found is None or len(here) > found[1]):
            found = number, len(here)
    return found[0] if found else None


def _parts(key: str) -> list[str]:
    return [part.strip().strip("\"'") for part in key.split(".")]
