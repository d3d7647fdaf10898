"""Words of ours are read as such, what is nearly one is known for it, and payments are neither."""

import pytest

from handlers.inbound.command_words import Asked, Word, meant_word, read_question, read_words


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("help", Asked(Word.HELP)),
        ("Help me", Asked(Word.HELP)),
        (" WAITING ", Asked(Word.WAITING)),
        ("mine", Asked(Word.MINE)),
        ("closed", Asked(Word.CLOSED)),
        ("status", Asked(Word.STATUS)),
        ("sample", Asked(Word.SAMPLE)),
        ("sample 3", Asked(Word.SAMPLE, "3")),
        ("find acme corp", Asked(Word.FIND, "acme corp")),
        ("find", Asked(Word.FIND)),
        ("r-7k3f2", Asked(Word.FIND, "r-7k3f2")),
    ],
)
def test_words_of_ours(typed: str, asked: Asked) -> None:
    assert read_words(typed) == asked


@pytest.mark.parametrize(
    "typed",
    [
        *("", "$12000 to Acme Corp", "status corp $12", "sample of ink $40", "mine 200", "closed 3"),
        *("find acme\n$12 to Acme", "findings $3", "R-7K3F2 and R-7K3F3"),
    ],
)
def test_none_of_ours(typed: str) -> None:
    assert read_words(typed) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("wating", Word.WAITING), ("fnid acme", Word.FIND), ("sampel 3", Word.SAMPLE)),
        *(("statsu", Word.STATUS), ("hlep", Word.HELP), ("clsoed", Word.CLOSED), ("mien", Word.MINE)),
    ],
)
def test_what_is_nearly_a_word(typed: str, meant: Word) -> None:
    assert meant_word(typed) is meant


@pytest.mark.parametrize("typed", ["", "Acme Corp $12", "Globex", "approve 3", "wating\n$3 to Acme"])
def test_what_is_near_to_none(typed: str) -> None:
    assert meant_word(typed) is None


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("what happened to my payments?", Asked(Word.MINE)),
        ("Qué pasó con mis pagos?", Asked(Word.MINE)),
        ("status?", Asked(Word.MINE)),
        ("and now?", Asked(Word.MINE)),
        ("what became of r-7k3f2?", Asked(Word.FIND, "R-7K3F2")),
        ("what can I say?", Asked(Word.HELP)),
        ("thank you", None),
        ("$12 to Acme", None),
    ],
)
def test_questions_in_words_of_ones_own(typed: str, asked: Asked | None) -> None:
    assert read_question(typed) == asked
