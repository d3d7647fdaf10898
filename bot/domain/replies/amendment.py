"""A reply that takes something back first: "sorry, I meant reject 3"."""

import re
from collections.abc import Sequence

from bot.domain.conversation import Change, Correct, Decide, Unclear
from bot.domain.replies.grammar import read_exactly
from bot.domain.replies.languages import LANGUAGES
from bot.domain.replies.payment import FlaggedPayment
from bot.domain.replies.phrases import any_of
from bot.domain.replies.proposal import refs_listed
from bot.domain.replies.question import nothing_changed
from bot.domain.replies.spelling import plain_command, single_spaced
from bot.domain.replies.warning_signs import warning_signs

_SORRY = [
    re.compile(
        rf"^(?:{any_of(language.corrections.sorry)}[,:!.]? )+(?:{any_of(language.commands.please)},? )?"
    )
    for language in LANGUAGES
]


def read_amendment(text: str) -> Decide | None:
    """The decisions that somebody wants instead, each with its references; never an exact command.

    ``None`` where the reply does not begin by taking something back, or where there is any doubt in it.
    """
    plain = plain_command(single_spaced(text))
    if plain is None or "\n" in text.strip():
        return None
    for beginning in _SORRY:
        rest = beginning.sub("", plain)
        if rest != plain and not warning_signs(rest):
            reading = read_exactly(re.sub(r",? instead(?=[.!:]|$)", "", rest))
            named = isinstance(reading, Decide) and all(request.refs is not None for request in reading.asks)
            return reading if isinstance(reading, Decide) and named else None
    return None


def amended(wanted: Decide, payments: Sequence[FlaggedPayment]) -> Decide | Correct | Unclear:
    """A correction where the payments are decided already, and plain decisions where none of them is yet."""
    known = {payment.ref: payment for payment in payments}
    refs = [ref for request in wanted.asks for ref in request.refs or ()]
    if unknown := [ref for ref in refs if ref not in known]:
        return nothing_changed(f"There is nothing to decide about {refs_listed(unknown)} in this review")
    undecided = {known[ref].undecided for ref in refs}
    if len(undecided) != 1:
        return nothing_changed("Some of these are decided and some are not; please send them one by one")
    if undecided == {True}:
        return wanted
    return Correct(
        changes=tuple(
            Change(refs=request.refs or (), kind=request.kind, reason=request.reason)
            for request in wanted.asks
        )
    )
