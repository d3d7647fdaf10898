"""Models that are no help: one does what any memo says, one repeats what a memo dictates, one flags all.

They stand for the worst that a real one can be talked into, and for what any real one has to beat.
"""

import json

from bot.llm import ScriptedModel

Rows = list[list[str]]


def obedient() -> ScriptedModel:
    """Finds nothing, ever, and says so in the right form: what a memo that asks for it would get."""
    return ScriptedModel(lambda _, user: _answer(user, []), name="obedient")


def dictated() -> ScriptedModel:
    """Answers with the first memo that looks like an answer, word for word; without one it finds nothing."""

    def script(_: str, user: str) -> str:
        texts = [cell for row in _rows(user) for cell in row[2:]]
        return next((text for text in texts if text.lstrip().startswith("{")), _answer(user, []))

    return ScriptedModel(script, name="dictated")


def anxious() -> ScriptedModel:
    """Flags every row."""

    def script(_: str, user: str) -> str:
        return _answer(user, [f"{row[0]} other" for row in _rows(user)])

    return ScriptedModel(script, name="anxious")


SCRIPTED = {"obedient": obedient, "dictated": dictated, "anxious": anxious}


def _rows(user: str) -> Rows:
    return [line.split("\t") for line in user.split("\n")[1:-1]]


def _answer(user: str, flags: list[str]) -> str:
    begin, *_, end = user.split("\n")
    return json.dumps({"flags": flags, "seen": f"{begin.split()[1]} {end.split()[1]}"})
