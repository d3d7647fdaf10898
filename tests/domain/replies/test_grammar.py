"""What a reply means by the exact grammar, and above all what it never means."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import (
    Decide,
    DecisionKind,
    DecisionRequest,
    DescribePayment,
    Exit,
    Help,
    Reading,
    ShowStatus,
    Skip,
    Unclear,
    Why,
)
from bot.domain.replies.grammar import read_exactly
from bot.domain.replies.languages import LANGUAGES
from bot.domain.replies.phrases import verbs_of
from tests.domain.replies.phrasings import EXACT, lines

A, R, H = DecisionKind.APPROVED, DecisionKind.REJECTED, DecisionKind.HELD


def decide(*asks: tuple[DecisionKind, tuple[int, ...] | None, str]) -> Decide:
    return Decide(
        asks=tuple(DecisionRequest(kind=kind, refs=refs, reason=reason) for kind, refs, reason in asks)
    )


def except_for(kind: DecisionKind, *but: int, reason: str = "") -> Decide:
    return Decide(asks=(DecisionRequest(kind=kind, but=but, reason=reason),))


# Beside the table of phrasings, which says what a reply means in a review.
UNDERSTOOD: list[tuple[str, Reading]] = [
    ("Approve", decide((A, None, ""))),
    ("APPROVE!", decide((A, None, ""))),
    ("approve all", decide((A, None, ""))),
    ("approve 2.", decide((A, (2,), ""))),
    ("APPROVE 2 AND 3", decide((A, (2, 3), ""))),
    ("approve 1, 2 & 4", decide((A, (1, 2, 4), ""))),
    ("approve 1, 2 &amp; 4", decide((A, (1, 2, 4), ""))),
    ("approve 1, 2, and 4", decide((A, (1, 2, 4), ""))),
    ("approve 1,2", decide((A, (1, 2), ""))),
    ("approve #1 and #12", decide((A, (1, 12), ""))),
    ("approve 2-4, 7", decide((A, (2, 3, 4, 7), ""))),
    ("approve 3, 2, 2", decide((A, (2, 3), ""))),
    ("approve 5000", decide((A, (5000,), ""))),
    ("  approve\t 2 ", decide((A, (2,), ""))),
    ("approve\u00a02", decide((A, (2,), ""))),
    ("deny", decide((R, None, ""))),
    ("Deny 4", decide((R, (4,), ""))),
    ("reject 2 : duplicate of INV-7", decide((R, (2,), "duplicate of INV-7"))),
    ("reject 2 and 3: Überweisung doppelt", decide((R, (2, 3), "Überweisung doppelt"))),
    ("reject 2: wrong amount\napprove 3", decide((R, (2,), "wrong amount"), (A, (3,), ""))),
    ("hold 3: until PO", decide((H, (3,), "until PO"))),
    ("approve 1 and 3\nhold 2: until the PO", decide((A, (1, 3), ""), (H, (2,), "until the PO"))),
    ("approve 1\r\n\r\nreject 2: duplicate\n", decide((A, (1,), ""), (R, (2,), "duplicate"))),
    ("approve 1\napprove 3", decide((A, (1, 3), ""))),
    ("approve all\napprove", decide((A, None, ""))),
    ("Skip.", Skip()),
    ("Exit", Exit()),
    ("exit!", Exit()),
    ("Why", Why()),
    ("why #2", Why(ref=2)),
    ("WHY 2 ?", Why(ref=2)),
    ("help?", Help()),
    ("Status?", ShowStatus()),
    ("approve 2 through 4", decide((A, (2, 3, 4), ""))),
    ("approve 2–4", decide((A, (2, 3, 4), ""))),
    ("approve payments 2 and 3", decide((A, (2, 3), ""))),
    ("approve all except 3 and 4", except_for(A, 3, 4)),
    ("approve all payments except 3", except_for(A, 3)),
    ("reject all except 3: wrong month", except_for(R, 3, reason="wrong month")),
    ("hold all except for 2-4", except_for(H, 2, 3, 4)),
    ("reject:\n2: duplicate\n3 - no PO", decide((R, (2,), "duplicate"), (R, (3,), "no PO"))),
    ("2 und 3 freigeben, bitte", decide((A, (2, 3), ""))),
    ("Gib 2 bis 4 frei", decide((A, (2, 3, 4), ""))),
    ("alle außer 4 genehmigen", except_for(A, 4)),
    ("2 zuru\u0308ckstellen", decide((H, (2,), ""))),
    ("approuve tout sauf 4", except_for(A, 4)),
    ("aprueba 2 y 3, por favor", decide((A, (2, 3), ""))),
    ("aprobar todos menos 4", except_for(A, 4)),
    ("rejeita tudo: mês errado", decide((R, None, "mês errado"))),
    ("approva tutti tranne 4", except_for(A, 4)),
    ("keur 2 en 3 goed", decide((A, (2, 3), ""))),
    ("2 t/m 4 goedkeuren", decide((A, (2, 3, 4), ""))),
    ("omitir", Skip()),
    ("¿Por qué 2?", Why(ref=2)),
    ("what’s #3?", DescribePayment(about=3)),
]

NOT_UNDERSTOOD = [
    "",
    "   \n ",
    "<@U0BOT>",
    "<@U0BEN> exit",
    "yes",
    "Yes to both",
    "looks good to me",
    "not approve",
    "approve none",
    "approve no",
    "approve all but 2",
    "approve 2: not 3",
    "approve 2: fine by me",
    "approve unless ana objects",
    "approve 2 once the PO is there",
    "> approve",
    "&gt; approve",
    '"approve"',
    "`approve`",
    "*approve*",
    "ben said approve",
    "approve said ben",
    "approve?",
    "skip?",
    "reject 2: duplicate?",
    "disapprove",
    "approve please",
    "approve 2 and 3 reject 4",
    "approve 2; reject 3",
    "approve 1,2,300",
    "approve 500 USD",
    "approve 1.5",
    "approve 12000",
    "approve 02",
    "approve -2",
    "approve 5001",
    "approve 1-99999999999999999999",
    "approve 2-",
    "approve 2 - 5",
    "approve:",
    "approve:\nreject 2",
    "reject:\n2: duplicate\nlooks odd",
    "approve 2 except 2",
    "approve 2-5 except 4 if the PO is there",
    "approve all except 1,200",
    "approve all except the 12k one",
    "approve all\napprove all except 2",
    "approve all except 2\nreject 3",
    "approve 2 et 3",
    "aprueba all",
    "genehmige",
    "genehmigen",
    "aprobar",
    "keur 2",
    "approuvé 2",
    "rejette 2: doublon approuve 3",
    "lehne 2 ab: doppelt, genehmige 3",
    "approve please",
    "\u212aeur 2 goed",
    "how much?",
    "what is 5001?",
    "approve 2,",
    "approve and 2",
    "approve 👍",
    "approve ٢",
    "ａｐｐｒｏｖｅ",
    "app\u00adrove 2",
    "approve 2\x00",
    "\u017fkip",
    "reject 2 - 5",
    "reject 2:",
    "reject 2: 3",
    "reject 2: 3 and 4",
    "reject 2, not 3",
    "quit",
    "exit now",
    "approve 1\nlooks fine",
    "approve 1\nexit",
    "exit\nexit",
    "approve 1 and 2\nreject 2",
    "reject 1: a\nreject 1: b",
    "why 9999?",
    "why not?",
    "1. approve",
    "- approve 2",
]


def test_an_exact_instruction_is_understood() -> None:
    wrong = {text: read_exactly(text) for text, reading in UNDERSTOOD if read_exactly(text) != reading}
    assert not wrong


def test_anything_else_becomes_a_helpful_question() -> None:
    readings = {text: read_exactly(text) for text in NOT_UNDERSTOOD}
    assert not {
        text: reading
        for text, reading in readings.items()
        if not isinstance(reading, Unclear) or '"approve 2 and 3"' not in reading.question
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("approve 1,200", "amount"),
        ("approve 2?", "question"),
        ("approve 2 unless late", "condition"),
        ("reject 2 duplicate", "colon"),
        ("approve 2 reject 3", "its own line"),
        ("approve 5-2", "from low to high"),
        ("approve 1\nreject 1", "different things"),
        ("approve 2\u200b", "characters"),
        ("approve ２", "characters"),
    ],
)
def test_the_question_says_what_was_unclear(text: str, said: str) -> None:
    reading = read_exactly(text)
    assert isinstance(reading, Unclear)
    assert said in reading.question


def test_endless_input_is_refused_at_once() -> None:
    assert isinstance(read_exactly("approve 1\n" * 100_000), Unclear)
    assert isinstance(read_exactly("approve " + "1, " * 1_000 + "1"), Decide)


exact_texts = [*(text for text, _ in UNDERSTOOD), *(row[0] for row in lines(EXACT))]
exact_approvals = st.sampled_from(
    [
        text
        for text in exact_texts
        if isinstance(reading := read_exactly(text), Decide) and reading.asks[0].kind is A
    ]
)
DOUBTS = """
no not never don't don’t dont won't isn't cannot nothing none
neither nor except without if unless provided
nein nicht kein keine nie ohne ne pas jamais aucun sans nunca ningún sin não nem nenhum mai nessun
senza niet geen nooit zonder
"""
doubts = st.sampled_from(DOUBTS.split())
glue = st.sampled_from([" ", ", ", "\n", ": ", " - ", " reject 9: ", "\nreject 9: ", "\nhold 9: "])


@given(exact_approvals, doubts, glue, glue, st.booleans())
def test_with_a_negation_or_condition_nothing_is_ever_approved(
    approval: str, doubt: str, before: str, after: str, first: bool
) -> None:
    text = f"{doubt}{before}{approval}" if first else f"{approval}{before}{doubt}{after}x"
    reading = read_exactly(text)
    assert not (isinstance(reading, Decide) and any(ask.kind is A for ask in reading.asks))


@given(st.text() | st.text(alphabet="approve rejctdnyhldski012345,&#-:.!?\n\u200b２'", max_size=60))
def test_any_text_at_all_gets_a_reading(text: str) -> None:
    reading = read_exactly(text)
    if isinstance(reading, Decide):
        for ask in reading.asks:
            assert ask.refs is None or all(1 <= ref <= 5000 for ref in ask.refs)


# Of every verb, the part that no decision can be said without.
FRAGMENTS = {
    max(re.split(r"[{} ]+", verb), key=len)
    for language in LANGUAGES
    for _, verb in verbs_of(language.commands)
}


@given(st.text())
def test_text_without_an_exact_verb_decides_nothing(text: str) -> None:
    if not any(word in text.lower() for word in FRAGMENTS):
        assert not isinstance(read_exactly(text), Decide)


@given(st.sampled_from([text for text in exact_texts if not re.search("[<;:]| [-–] ", text)]))
def test_case_makes_no_difference(text: str) -> None:
    assert read_exactly(text.upper()) == read_exactly(text.lower()) == read_exactly(text)


@given(
    st.lists(st.integers(1, 5000), min_size=1, max_size=40), st.sampled_from([", ", " and ", ", and ", " & "])
)
def test_a_list_of_references_is_read_as_written(refs: list[int], join: str) -> None:
    assert read_exactly("reject " + join.join(map(str, refs))) == decide((R, tuple(sorted(set(refs))), ""))
