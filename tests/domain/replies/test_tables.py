"""The tables of phrases, a file each language: what acts, is proposed, answered, asked, or left alone."""

import re

import pytest

from bot.domain.conversation import Decide, DecisionKind
from bot.domain.replies.languages import languages
from tests.domain.replies.scene import OPEN, TABLES, Case, answer_of, cases, effect_of, in_table_words, read

DECISION = re.compile(
    r"(?P<verb>approve|reject|hold) (?:(?P<all>everything undecided)|(?P<refs>[\d, and]+?))"
    r"(?: except (?P<but>[\d, and]+?))?(?: (?P<why>\([^)]*\)|until .*|if .*|unless .*))?"
    r"(?=, (?:approve|reject|hold)|$)"
)
KIND = {"approve": DecisionKind.APPROVED, "reject": DecisionKind.REJECTED, "hold": DecisionKind.HELD}


def meant(words: str) -> dict[int, tuple[DecisionKind, str]]:
    """What a table says is decided about each open payment: "approve 1 and 3, hold 2 until the PO"."""
    decided: dict[int, tuple[DecisionKind, str]] = {}
    general: list[tuple[DecisionKind, str, list[int]]] = []
    for found in DECISION.finditer(words):
        why = (found["why"] or "").strip()
        decision = KIND[found["verb"]], why[1:-1] if why.startswith("(") else why
        if found["all"]:
            general.append((*decision, [int(ref) for ref in re.findall(r"\d+", found["but"] or "")]))
        else:
            decided |= {int(ref): decision for ref in re.findall(r"\d+", found["refs"])}
    for kind, why, but in general:
        decided |= {ref: (kind, why) for ref in OPEN if ref not in decided and ref not in but}
    return decided


def is_as_written(case: Case) -> bool:
    reply = read(case.text)
    if answer_of(reply) != case.answer:
        return False
    if isinstance(reply.reading, Decide) and case.words:
        return effect_of(reply.reading) == meant(case.words)
    plain = [
        re.sub(r",? and |, ", " ", words).lower() for words in (in_table_words(reply.reading), case.words)
    ]
    return not case.words or plain[0] == plain[1]


@pytest.mark.parametrize("table", sorted(file.stem for file in TABLES.glob("*.txt")))
def test_what_people_say_comes_to_what_its_table_says(table: str) -> None:
    wrong = [(case, read(case.text)) for case in cases(table) if not is_as_written(case)]
    assert not wrong, f"{len(wrong)} of {len([*cases(table)])}"


def test_every_language_has_its_table_with_every_class_in_it() -> None:
    for language in languages():
        answers = {case.answer for case in cases(language.code)}
        assert answers == {"act", "propose", "answer", "ask", "silent"}, language.name


def test_the_tables_are_long_and_say_nothing_twice() -> None:
    for file in TABLES.glob("*.txt"):
        texts = [case.text for case in cases(file.stem)]
        assert len(texts) == len(set(texts)), file.name
    assert len([*cases()]) > 2_000
