"""What is wrong with a policy file, in a sentence for those who read the file and not the code."""

import re
from typing import get_args, get_origin

from pydantic import BaseModel, ValidationError


class PolicyError(ValueError):
    """A policy file that cannot be used; the sentence names the line and the key."""


# By pydantic's type of error, what the value must be.
_PROBLEMS = {
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


def syntax_error_sentence(text: str, message: str) -> str:
    """The line and the key at which a file is not TOML; ``message`` is that of the parser, ``tomllib``."""
    place = re.search(r"\(at (?:line (\d+), column \d+|end of document)\)", message)
    lines = text.splitlines() or [""]
    number = int(place[1]) if place and place[1] else len(lines)
    line = lines[min(number, len(lines)) - 1]
    key = re.match(r"\s*([\w.\"-]+)\s*(?:=|$)", line)
    at = f"Line {number}" + (f", {key[1]}" if key else "")
    return f"{at}: this is not valid TOML ({message.partition(' (at ')[0].lower()})."


def value_error_sentence(text: str, error: ValidationError, policy: type[BaseModel]) -> str:
    """The line, the key and the problem of the first value that ``policy`` refused."""
    first = error.errors()[0]
    path = [str(part) for part in first["loc"] if part != "[key]"]
    problem = first["msg"].removeprefix("Value error, ").removeprefix("Input ").rstrip(".")
    if not path and (limit := re.match(r"limits\.([A-Z]{3}): ", problem)):
        path, problem = ["limits", limit[1]], problem[limit.end() :]
    if words := _PROBLEMS.get(first["type"]):
        problem = words.format(**first.get("ctx", {}))
    if first["type"] == "extra_forbidden":
        problem += f"; the keys are {', '.join(_table_at(policy, path[:-1]).model_fields)}"
    key = ".".join(path)
    line = _line_of(text, path)
    return f"Line {line}, {key}: {problem}." if line else f"{key}: {problem}."


def _table_at(policy: type[BaseModel], path: list[str]) -> type[BaseModel]:
    """The model of the table at this path, or of the nearest table above it."""
    model = policy
    names = iter(path)
    for name in names:
        kind = model.model_fields[name].annotation if name in model.model_fields else None
        if get_origin(kind) is dict:
            kind = get_args(kind)[1]
            next(names, None)  # which of the tables of one kind
        if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
            break
        model = kind
    return model


def _line_of(text: str, path: list[str]) -> int | None:
    """The line that sets a key: ``[limits]`` then ``XYZ = 1``, or ``limits.XYZ = 1``, or the key above it."""
    table: list[str] = []
    best: tuple[int, int] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line):
            table = _key_parts(header[1])
            key = table
        elif assignment := re.match(r"\s*([\w-]+|\"[^\"]*\"|[\w-]+(?:\s*\.\s*[\w-]+)+)\s*=", line):
            key = table + _key_parts(assignment[1])
        else:
            continue
        if key == path[: len(key)] and (best is None or len(key) > best[1]):
            best = number, len(key)
    return best[0] if best else None


def _key_parts(key: str) -> list[str]:
    return [part.strip().strip("\"'") for part in key.split(".")]
