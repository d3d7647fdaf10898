"""What companies are called by law ("GmbH", "S.p.A.", "株式会社"), found in ``legal_forms.toml``."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

LONGEST = 6  # words of the longest form that is listed


class LegalForms(NamedTuple):
    """The table: the class of each form by its words, and where forms stand.

    ``weak`` forms only say that it is a company. ``before`` has those that stand before a name too,
    ``ending`` those that end it wherever they stand, ``joined`` those that scripts without spaces join to it.
    ``last_words`` are the last words of all of them, by which most names are told to have none.
    """

    classes: Mapping[tuple[str, ...], str]
    weak: frozenset[str]
    before: frozenset[str]
    ending: frozenset[str]
    joined: tuple[str, ...]
    last_words: frozenset[str]


@cache
def legal_forms() -> LegalForms:
    """The table of legal forms, read once."""
    table = tomllib.loads(resources.files(__package__).joinpath("legal_forms.toml").read_text("utf-8"))
    places = table["places"]
    classes = {
        tuple(form.split()): name for name, others in table["classes"].items() for form in (name, *others)
    }
    weak = frozenset(places["weak"])
    classes |= {tuple(form.split()): form for form in weak}
    return LegalForms(
        classes,
        weak,
        frozenset(places["before"]),
        frozenset(places["ending"]),
        tuple(places["joined"]),
        frozenset(words[-1] for words in classes),
    )


def split_at_legal_form(words: Sequence[str]) -> tuple[list[str], str]:
    """A name's words without the legal forms at its end, and their classes, weak ones only if alone.

    One word always stays. The classes stand in the order of the name: ``gmbh kg`` for "GmbH & Co. KG".
    """
    left, found = list(words), list[str]()
    while (length := _form_at_end(left)) and len(left) > length:
        found.insert(0, legal_forms().classes[tuple(left[-length:])])
        del left[-length:]
    strong = [form for form in found if form not in legal_forms().weak]
    return left, " ".join(strong or found[:1])


def without_form_before(words: Sequence[str]) -> list[str]:
    """A name's words without a legal form that stands before it ("OOO Romashka"); one word always stays."""
    left = list(words)
    while len(left) > 1 and left[0] in legal_forms().before:
        del left[0]
    return left


def end_at_legal_form(words: Sequence[str]) -> list[str]:
    """The words up to the first legal form inside a name: what follows "Initech Inc" is no part of it.

    All words, where none of them is a form that is no ordinary word as well.
    """
    ending = legal_forms().ending
    end = next((place for place, word in enumerate(words) if place and word in ending), len(words))
    return list(words[: end + 1])


def _form_at_end(words: Sequence[str]) -> int:
    classes = legal_forms().classes
    if not words or words[-1] not in legal_forms().last_words:
        return 0
    lengths = range(min(LONGEST, len(words)), 0, -1)
    return next((length for length in lengths if tuple(words[-length:]) in classes), 0)
