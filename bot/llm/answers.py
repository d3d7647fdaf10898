"""Read what a model wrote: strict JSON of one shape, or nothing."""

import json
from typing import TypeVar

from pydantic import BaseModel, ValidationError

Shape = TypeVar("Shape", bound=BaseModel)


class MalformedAnswer(ValueError):
    """The model's text is not an answer of the shape it was asked for."""


def parse(text: str, shape: type[Shape]) -> Shape:
    """The answer in ``text``; raises :class:`MalformedAnswer`.

    Two keys of one name are refused: JSON readers differ in which of them counts.
    """
    try:
        return shape.model_validate(json.loads(text, object_pairs_hook=_without_twins), strict=True)
    except (ValueError, RecursionError) as error:
        raise MalformedAnswer(f"not a valid {shape.__name__}") from (
            None if isinstance(error, ValidationError) else error
        )


def _without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    keys = dict(pairs)
    if len(keys) != len(pairs):
        raise MalformedAnswer("a key stands twice")
    return keys
