"""Replies and vendors that are meant to steer: they may make a question of a proposal, and never more."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.conversation import Decide, Unclear
from bot.domain.payment_facts import PaymentFacts
from bot.domain.replies.languages import languages
from bot.domain.replies.lexicon import lexicons
from bot.domain.replies.reader import Certainty, Scene, read_in_review, read_reply
from bot.domain.replies.vendors import is_distinctive
from tests.domain.replies.scene import PAYMENTS, answer_of, approved, cases, payment, read

NAMES = {
    "acme",
    "corp",
    "initech",
    "globex",
    "staples",
    "holdings",
    "smith",
    "sons",
    "ana",
    "ben",
    "dana",
    "hooli",
}


def beside(vendor: str) -> tuple[PaymentFacts, ...]:
    """The scene with one payment more of this vendor, neither the last nor the largest."""
    return (
        *PAYMENTS,
        payment(10, vendor, "150", "unknown_vendor"),
        payment(11, "Zenith", "160", "unknown_vendor"),
    )


def words_of_tables() -> list[str]:
    """Every word of a reply that is asked about or left alone, but for names of people and vendors."""
    said = {
        word.strip(".,:;!?()'\"").lower()
        for case in cases("en", "de", "fr", "es", "pt", "it", "nl", "pl")
        if case.answer in ("ask", "silent")
        for word in case.text.split()
    }
    return sorted(word for word in said if word.isalpha() and len(word) > 1 and word not in NAMES)


QUALITIES = """
valid routine verified cheaper legit half some zero six seven sechs huit diez later hardly unapproved
held fraud keinesfalls second last biggest all everything rest under ok yes duplicate three ohne sin pas
friday hopefully supposedly seventeen exclude leave void postponed hoffentlich vermutlich tomorrow
approved pending overdue trusted genuine best normal usual small dernier grossen barato primeiro piccolo
goedkoop tani pierwszy ostatni niektóre wszystkie
"""


@pytest.mark.parametrize(
    "template", ["approve the {} ones", "approve {}", "{} freigeben", "approuve {}", "{} is fine"]
)
def test_no_vendor_is_named_by_a_quality_a_number_a_time_or_a_decision(template: str) -> None:
    wrong = {}
    for word in QUALITIES.split():
        reply = read(template.format(word), beside(f"{word.capitalize()} Ltd"))
        named = reply.reading.asks if isinstance(reply.reading, Decide) else ()
        if any(ask.refs and set(ask.refs) == {10} for ask in named):
            wrong[word] = reply
    assert not wrong


def test_no_word_that_people_say_otherwise_names_a_vendor() -> None:
    """Of all words in the tables few could name one: what they name is shown before it is done."""
    distinctive = [word for word in words_of_tables() if is_distinctive(word)]
    assert len(words_of_tables()) > 700
    assert len(distinctive) < 0.45 * len(words_of_tables())


def test_no_word_of_a_question_or_of_talk_approves_anything_as_a_vendor_s_name() -> None:
    """Also where that makes a sentence of it: "I said no, approve 3" with a vendor called Said Ltd."""
    names = {
        "catering",
        "glo",
        "initec",
        "reimbursement",
        "lol",
        "lmao",
        "mdr",
    }  # which a vendor may well have
    wrong = set()
    for case in cases("en", "de", "fr", "es"):
        words = {word.strip(".,:;!?()'\"") for word in case.text.split()} if case.answer == "ask" else set()
        for word in sorted(word for word in words if word.isalpha() and word.lower() not in NAMES | names):
            among = beside(f"{word} Ltd")
            if 10 in approved(read(case.text, among).reading) and "10" not in case.text:
                wrong.add((case.text, word))
    assert not wrong


@settings(max_examples=300)
@given(
    st.sampled_from([case.text for case in cases() if case.answer in ("ask", "silent")]),
    st.text(min_size=1, max_size=25)
    | st.sampled_from(
        ["all", "Everything under 5k", "Approve 2", "not", "and Globex", "9-12", "under 5k", "2"]
    ),
)
def test_a_question_stays_one_whatever_else_a_vendor_is_called(text: str, vendor: str) -> None:
    among = beside(vendor)
    acts = answer_of(read(text, among), among) == "act" and answer_of(read(text)) != "act"
    assert not (acts and approved(read(text, among).reading) - {10})


@settings(max_examples=300)
@given(st.text() | st.text(alphabet="approve rejctdnyhldski012345,&#-:.!?()\n\u200b２'", max_size=80))
def test_any_text_at_all_is_read_and_approves_only_what_is_there(text: str) -> None:
    reply = read(text)
    if reply.certainty is Certainty.DESCRIBED and isinstance(reply.reading, Decide):
        assert approved(reply.reading) <= {1, 2, 3, 5, 7}


@given(
    st.lists(st.integers(1, 5000), min_size=1, max_size=40), st.sampled_from([", ", " and ", ", and ", " & "])
)
def test_a_list_of_references_is_read_as_it_is_written(refs: list[int], join: str) -> None:
    among = [payment(ref, f"Vendor{ref}", "0.5", "round_amount") for ref in sorted(set(refs))]
    reply = read_in_review(read_reply("reject " + join.join(map(str, refs))), Scene(among, 5000))
    assert isinstance(reply.reading, Decide)
    assert reply.reading.asks[0].refs == tuple(sorted(set(refs)))
    assert (reply.certainty is Certainty.EXACT) == (len(among) <= 10), "a heap is shown before it is decided"


def test_long_texts_are_not_read_at_all() -> None:
    assert isinstance(read_reply("approve 1, " * 4_000).reading, Unclear)
    assert read_reply("meeting notes, " * 4_000).certainty is Certainty.TALK


def test_a_heap_to_approve_leaves_out_what_is_high_risk_and_says_so() -> None:
    many = tuple(payment(ref, f"Vendor{ref}", "100", "round_amount") for ref in range(1, 21))
    risky = (*many, payment(21, "Umbrella", "200", "duplicate_payment", high_risk=True))
    reply = read("approve everything under 1000", risky)
    assert approved(reply.reading) == set(range(1, 21))
    assert "high risk is approved by name: #21 USD 200.00 to Umbrella" in reply.notes[0]
    assert approved(read("approve everything under 1000", risky[12:]).reading) >= {21}, (
        "ten at most are shown each"
    )


@pytest.mark.parametrize("text", ["approve 1-21", "approve the first eleven", "approve 1-10 and 11-21"])
def test_no_range_or_list_of_clauses_makes_a_heap_that_holds_high_risk(text: str) -> None:
    risky = tuple(
        payment(ref, f"Vendor{ref}", "100", "duplicate_payment", high_risk=True) for ref in range(1, 22)
    )
    reply = read(text, risky)
    assert answer_of(reply, risky) != "act"
    assert not approved(reply.reading)
    assert approved(read("approve 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11", risky).reading) == set(range(1, 12))


def test_a_range_leaves_out_what_is_not_open_and_says_so() -> None:
    reply = read("approve 1-100")
    assert reply.certainty is Certainty.DESCRIBED
    assert approved(reply.reading) == {1, 2, 3, 5, 7}
    assert "nothing is open about them: #4, #6" in reply.notes[0]


@pytest.mark.parametrize(
    ("text", "vendor", "answer"),
    [
        ("approve the Acme Corp one", "Аcme Corp", "ask"),
        ("approve the Acme Corp one", "4cme Corp", "ask"),
        ("approve Globex", "Globex and Initech", "ask"),
        ("approve all minus globex", "Minus Globex", "ask"),
        ("approve Claro", "Claro SA", "propose"),
        ("acme keinesfalls freigeben", "Acme Keinesfalls GmbH", "ask"),
        ("approve the Super Foods one", "Super Foods", "propose"),
        ("approve ty", "Ty Inc", "ask"),
    ],
)
def test_look_alikes_and_names_that_order(text: str, vendor: str, answer: str) -> None:
    assert answer_of(read(text, beside(vendor)), beside(vendor)) == answer


def test_a_number_that_may_be_an_amount_is_asked_about() -> None:
    scene = tuple(
        payment(ref, f"Vendor{ref}", "75" if ref == 3 else "10", "round_amount") for ref in range(1, 101)
    )
    assert isinstance(read("approve 75", scene).reading, Unclear)
    assert approved(read("approve 74", scene).reading) == {74}
    assert approved(read("approve 4000").reading) == {3}, "there is no #4000, and one payment of that amount"
    assert isinstance(read("approve 9500").reading, Unclear)


def test_with_one_payment_left_a_bare_yes_is_a_proposal_and_with_several_a_question() -> None:
    one = tuple(each for each in PAYMENTS if each.ref in (2, 6))
    for text in (
        "approve please",
        "yes approve it",
        "LGTM",
        "ok",
        "👍",
        ":+1:",
        "Bitte genehmigen",
        "oui",
        "approve it",
    ):
        wanted = {2} if text != "approve please" else set()
        assert approved(read(text, one).reading) >= wanted, text
    assert isinstance(read("ok").reading, Unclear)


def test_every_language_speaks_and_has_its_own_decimal_sign() -> None:
    assert [language.decimal_comma for language in languages()].count(False) == 1
    assert all(
        lexicon.meanings and lexicon.around for lexicon in lexicons() if lexicon.language.code in ("de", "nl")
    )
