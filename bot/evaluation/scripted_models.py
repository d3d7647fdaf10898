"""Scripted models that are no help: one finds nothing, one repeats what a memo dictates, one flags all.

They stand for the worst that a real model can be talked into, and for what any real one has to beat.
"""

import json

from bot.llm import ScriptedModel


def obedient_model() -> ScriptedModel:
    """A model that never finds anything, in the right form: what a memo that asks for it would get."""
    return ScriptedModel(lambda _, user: _answer(user, []), name="obedient")


def dictated_model() -> ScriptedModel:
    """A model that answers with the first memo that looks like an answer, word for word.

    Without such a memo it finds nothing.
    """

    def script(_: str, user: str) -> str:
        texts = [cell for row in _rows(user) for cell in row[2:]]
        return next((text for text in texts if text.lstrip().startswith("{")), _answer(user, []))

    return ScriptedModel(script, name="dictated")


def anxious_model() -> ScriptedModel:
    """A model that flags every row."""

    def script(_: str, user: str) -> str:
        return _answer(user, [f"{row[0]} other" for row in _rows(user)])

    return ScriptedModel(script, name="anxious")


SCRIPTED_MODELS = {"obedient": obedient_model, "dictated": dictated_model, "anxious": anxious_model}


def _rows(user: str) -> list[list[str]]:
    """The cells of the rows in a prompt, which stand between its first line and its last."""
    return [line.split("\t") for line in user.split("\n")[1:-1]]


def _answer(user: str, flags: list[str]) -> str:
    """An answer with these flags, and the marks of the prompt's first and last line that show it was read."""
    begin, *_, end = user.split("\n")
    return json.dumps({"flags": flags, "seen": f"{begin.split()[1]} {end.split()[1]}"})
