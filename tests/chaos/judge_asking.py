"""Whether each question, note and answer is stored once, and each question stands in one direct message."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from bot.domain.audit.entry import AuditEntry
from tests.chaos.asking import is_question
from tests.chaos.evidence import Evidence, Finding, Request, Wrong
from tests.chaos.records import part_of
from tests.chaos.stored import Stored
from tests.chaos.town import buttons_of
from tests.chaos.wishes import Json, Thread

SAID = re.compile(r"(ask|note) [0-9]+: (.+)")
EVENTS = {"ask": "asked", "note": "noted"}
Message = tuple[str, int]  # a review, and the place of a question in its trail


def judge_asking(evidence: Evidence) -> Iterator[Finding]:
    """Everything wrong with what people asked, noted and answered."""
    requests = evidence.requests()
    messages: dict[Message, list[Json]] = defaultdict(list)
    threads: dict[Thread, Message] = {}
    for message in filter(is_question, evidence.messages):
        part = part_of(message)
        where = (part["review"], part["place"])
        messages[where].append(message)
        threads[message["channel"], message["ts"]] = where
    answers: dict[Message, list[Request]] = defaultdict(list)
    for request in requests.get("", []):
        if request.wish.thread in threads:
            answers[threads[request.wish.thread]].append(request)
    for review, stored in evidence.stored.items():
        yield from _said(evidence, stored, requests.get(review, []))
        for place, entry in enumerate(stored.audit, start=1):
            if entry.event == "asked":
                yield from _question(stored, place, messages[review, place])
                yield from _answers(stored, place, entry, answers[review, place])


def _said(evidence: Evidence, stored: Stored, requests: Sequence[Request]) -> Iterator[Finding]:
    """Every question and note was said by somebody who may decide, and is stored once."""
    review = stored.state.id
    # Who gets no acknowledgement may say the same again, in a message of its own.
    said = Counter(
        (request.wish.user, EVENTS[found[1]], found[2])
        for request in requests
        if (found := SAID.fullmatch(request.wish.words))
    )
    kept = Counter(
        (entry.actor, entry.event, str(entry.detail["text"]))
        for entry in stored.audit
        if entry.event in EVENTS.values()
    )
    for what, count in kept.items():
        if count > max(said[what], 1):
            yield Finding(Wrong.DOUBLED, review, f"{what}: {count} entries")
        if what not in said or not evidence.may_decide(what[0], review):
            yield Finding(Wrong.UNASKED, review, f"{what}: nobody said it who may")


def _question(stored: Stored, place: int, messages: Sequence[Json]) -> Iterator[Finding]:
    """A question stands in one direct message, which offers to answer it while nobody has."""
    review = stored.state.id
    given_up = any(
        entry.event == "undelivered" and entry.detail["question"] == place for entry in stored.audit
    )
    if len(messages) != 1 and not given_up:
        wrong = Wrong.POSTED_TWICE if messages else Wrong.UNSHOWN
        yield Finding(wrong, review, f"the question of entry {place} stands in {len(messages)} messages")
    offers = any(button.action == "answer_question" for one in messages for button in buttons_of(one))
    if messages and offers != (place in stored.state.open_questions):
        yield Finding(Wrong.STALE_CARD, review, f"the message of entry {place} does not show if it is open")


def _answers(
    stored: Stored, place: int, question: AuditEntry, requests: Sequence[Request]
) -> Iterator[Finding]:
    """Each answer was given by whoever was asked, and is stored once."""
    review = stored.state.id
    kept = [
        entry for entry in stored.audit if entry.event == "answered" and entry.detail["question"] == place
    ]
    words = Counter(str(entry.detail["text"]) for entry in kept)
    sent: dict[str, list[Request]] = defaultdict(list)
    for request in requests:
        sent[request.wish.words].append(request)
    for entry in kept:
        same = sent.get(str(entry.detail["text"]), [])
        made = any(one.could_make(stored.when(entry.at)) for request in same for one in request.tries)
        if entry.actor != question.detail["to"] or not made:
            yield Finding(Wrong.UNASKED, review, f"“{entry.detail['text']}” of {entry.actor}: not said then")
    for text, count in words.items():
        if count > max(len(sent.get(text, ())), 1):
            yield Finding(Wrong.DOUBLED, review, f"“{text}” answers {count} times")
    closed = any(entry.event == "closed" for entry in stored.audit)
    for text, same in sent.items():
        if any(request.acked is not None for request in same) and not words[text] and not closed:
            who = same[0].wish.user
            yield Finding(Wrong.LOST, review, f"the answer “{text}” of {who} was acknowledged")
