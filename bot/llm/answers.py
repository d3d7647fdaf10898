"""Read what a model wrote: the one JSON object of the shape it was asked for, whatever stands around it.

Servers that hold to no schema put an answer in a code fence, among other words, or after the model's
thoughts. The JSON itself is read strictly, and what could be a second answer, whole or broken, makes the text
unusable: code does not choose between two answers.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

Shape = TypeVar("Shape", bound=BaseModel)

# How models mark their thoughts where the server leaves them in the text: <think>, <seed:think>, [THINK],
# ◁think▷, and the channels of gpt-oss. Some templates write the opening mark into the prompt, so that the
# closing one alone stands in the answer.
_MARK = r"(?:\w+:)?(?:think|thinking|thought|reasoning)\s*"
_THOUGHT_ENDS = re.compile(
    rf"</{_MARK}>|\[/{_MARK}\]|◁/{_MARK}▷|<\|channel\|>\s*final\b[^{{]*?<\|message\|>", re.IGNORECASE
)
_THOUGHT_BEGINS = re.compile(rf"<{_MARK}>|\[{_MARK}\]|◁{_MARK}▷|<\|channel\|>", re.IGNORECASE)


class MalformedAnswer(ValueError):
    """The model's text is not an answer of the shape it was asked for."""


def parse(text: str, shape: type[Shape]) -> Shape:
    """The one answer in ``text``, without the model's thoughts; raises :class:`MalformedAnswer`.

    A further key is dropped where it holds a word or a number. One that holds a list or an object may be
    meant for what the shape asks, so that the answer is refused, as is a key that stands twice, because JSON
    readers differ in which of the two counts.
    """
    try:
        answers = [
            found
            for value in _json_objects(_after_thoughts(text))
            for found in _objects_in(value)
            if shape.model_fields.keys() & found
        ]
        if len(answers) == 1:
            return _validated(answers[0], shape)
    except (ValueError, RecursionError) as error:
        raise MalformedAnswer(f"not a valid {shape.__name__}") from (
            None if isinstance(error, ValidationError) else error
        )
    raise MalformedAnswer(f"{len(answers)} answers instead of one")


def _after_thoughts(text: str) -> str:
    """What follows the last closing mark; the whole text where it begins with its answer.

    So a mark that an answer quotes from a memo is none. After thoughts it breaks the answer, and hides none.
    """
    ends = [] if text.lstrip().startswith("{") else [mark.end() for mark in _THOUGHT_ENDS.finditer(text)]
    return text[ends[-1] :] if ends else text


def _json_objects(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in a text, first to last.

    Raises ``ValueError`` where a brace outside of them, or a thought that does not end, may belong to another
    answer.
    """
    place = 0
    while True:
        start = text.find("{", place)
        between = text[place:] if start < 0 else text[place:start]
        if "}" in between or _THOUGHT_BEGINS.search(between):
            raise MalformedAnswer("there may be another answer")
        if start < 0:
            return
        value, place = _DECODER.raw_decode(text, start)
        yield value


def _objects_in(value: object) -> Iterator[dict[str, Any]]:
    """The object itself and all that stand in it."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _objects_in(inner)


def _validated(answer: dict[str, Any], shape: type[Shape]) -> Shape:
    try:
        return shape.model_validate(answer, strict=True)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_context=False):
            if problem["type"] != "extra_forbidden" or isinstance(problem["input"], (dict, list)):
                raise
    return shape.model_validate(answer, strict=True, extra="ignore")


def _without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({key.strip().casefold() for key, _ in pairs}) != len(pairs):
        raise MalformedAnswer("a key stands twice")
    return dict(pairs)


def _no_constant(name: str) -> object:
    raise MalformedAnswer(f"{name} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_without_twins, parse_constant=_no_constant)
