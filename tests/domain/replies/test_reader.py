"""The table of phrasings, read without a model: what acts, what is proposed, and what is asked."""

import pytest

from bot.domain.conversation import Unclear
from bot.domain.replies.reader import Certainty, ReplyReading, read_described, read_reply
from tests.domain.replies.phrasings import (
    DESCRIBED,
    EXACT,
    FREE,
    PAYMENTS,
    QUESTIONS,
    VAGUE,
    in_table_words,
    lines,
)

exact, described, questions, vague, free = map(lines, (EXACT, DESCRIBED, QUESTIONS, VAGUE, FREE))


def read(text: str) -> ReplyReading:
    return read_described(read_reply(text), PAYMENTS)


def test_an_exact_phrase_acts_at_once_and_needs_no_payments() -> None:
    wrong = {}
    for text, reading in exact:
        reply = read_reply(text)
        if (reply.certainty, in_table_words(reply.reading)) != (Certainty.EXACT, reading):
            wrong[text] = (reading, reply)
        assert read_described(reply, PAYMENTS) is reply, text
    assert not wrong


def test_a_description_is_proposed_by_reference() -> None:
    wrong = {}
    for text, reading in described:
        first = read_reply(text)
        reply = read_described(first, PAYMENTS)
        if (first.certainty, type(first.reading)) != (Certainty.DESCRIBABLE, Unclear):
            wrong[text] = (reading, first)
        elif (reply.certainty, in_table_words(reply.reading)) != (Certainty.DESCRIBED, reading):
            wrong[text] = (reading, reply)
    assert not wrong


def test_whatever_may_mean_something_else_is_a_question() -> None:
    wrong = {}
    for text in dict.fromkeys(row[0] for row in (*questions, *vague, *free)):
        reply = read(text)
        asks = isinstance(reply.reading, Unclear) and reply.reading.question
        if not asks or reply.certainty not in (Certainty.DESCRIBED, Certainty.UNREAD):
            wrong[text] = reply
    assert not wrong


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("sorry, I meant reject 9", "There is nothing to decide about 9 in this review"),
        ("sorry, I meant reject 3 and 4", "Some of these are decided and some are not"),
        ("approve the Acme one", "Several payments may be meant: #1 USD 12,000.00 to Acme Corp, #5"),
    ],
)
def test_a_description_that_cannot_be_done_is_asked_about_and_left_to_no_model(
    text: str, question: str
) -> None:
    reply = read(text)
    assert reply.certainty is Certainty.DESCRIBED
    assert isinstance(reply.reading, Unclear)
    assert question in reply.reading.question


def test_what_describes_no_payment_of_this_review_keeps_the_grammar_s_question() -> None:
    first = read_reply("approve the Hooli one")
    assert first.certainty is Certainty.DESCRIBABLE
    assert read_described(first, PAYMENTS) == ReplyReading(first.text, first.reading, Certainty.UNREAD)


def test_free_words_are_left_to_the_model() -> None:
    replies = {row[0]: read(row[0]) for row in free}
    assert not {text: reply for text, reply in replies.items() if reply.certainty is not Certainty.UNREAD}


def test_the_table_is_long_and_says_nothing_twice() -> None:
    texts = [row[0] for row in (*exact, *described, *questions, *vague)]
    assert len(texts) == len(set(texts)) >= 300
