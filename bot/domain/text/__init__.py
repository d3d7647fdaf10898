"""What people read about reviews and payments, one module a surface, composed from state.

Amounts, counts and outcomes are never the words of the model.
"""

from bot.domain.text.amending import amended, judged_again, was, withdrawn
from bot.domain.text.card import SHORT_PAST, assumed, not_assessed, progress, recommendation
from bot.domain.text.closing import SAY_PLAINLY, closing, left_open, reopened
from bot.domain.text.desk import counted_with_sums, decided_together, left_as_decided
from bot.domain.text.findings import cited, reasons, worst
from bot.domain.text.receipts import takes_longer
from bot.domain.text.refusals import already, refusal
from bot.domain.text.remarks import (
    ASKED,
    BY_NUMBER,
    NOT_HERE,
    NOTED,
    WHAT_TO_ASK,
    WHAT_TO_NOTE,
    answer_words,
    ask_words,
    kept,
    not_delivered,
    note_words,
    place_words,
    remark_line,
)
from bot.domain.text.states import counts, decided_as, outcome_of, state_of, status, still_waiting
from bot.domain.text.sums import CURRENCIES, LISTED, counted, one_line, plural, refs_in_words, totals_in_words
from bot.domain.text.thread import (
    CAN_SAY,
    NEWER_WORDS,
    REPLY_EXAMPLES,
    all_automatic,
    day_is_spent,
    ended,
    opening,
    recorded,
    released,
    summary,
    what_to_say,
)

__all__ = [
    "ASKED",
    "BY_NUMBER",
    "CAN_SAY",
    "CURRENCIES",
    "LISTED",
    "NEWER_WORDS",
    "NOTED",
    "NOT_HERE",
    "REPLY_EXAMPLES",
    "SAY_PLAINLY",
    "SHORT_PAST",
    "WHAT_TO_ASK",
    "WHAT_TO_NOTE",
    "all_automatic",
    "already",
    "amended",
    "answer_words",
    "ask_words",
    "assumed",
    "cited",
    "closing",
    "counted",
    "counted_with_sums",
    "counts",
    "day_is_spent",
    "decided_as",
    "decided_together",
    "ended",
    "judged_again",
    "kept",
    "left_as_decided",
    "left_open",
    "not_assessed",
    "not_delivered",
    "note_words",
    "one_line",
    "opening",
    "outcome_of",
    "place_words",
    "plural",
    "progress",
    "reasons",
    "recommendation",
    "recorded",
    "refs_in_words",
    "refusal",
    "released",
    "remark_line",
    "reopened",
    "state_of",
    "status",
    "still_waiting",
    "summary",
    "takes_longer",
    "totals_in_words",
    "was",
    "what_to_say",
    "withdrawn",
    "worst",
]
