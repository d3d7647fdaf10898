"""Private sentences for a request that changed nothing; who decided already is named."""

from collections.abc import Sequence

from bot.application.converse import ReplyResult
from bot.domain import text as wording
from bot.domain.review.decision import Decision
from bot.domain.review.outcome import Outcome, RequestResult
from handlers.views.blocks import context, ours, person, section, theirs, when
from handlers.views.receipts import Told

DECIDED = {Outcome.ALREADY_DECIDED, Outcome.ANOTHERS, Outcome.TOO_LATE}


def private_sentence(answer: RequestResult) -> Told:
    """What the person learns whose click changed nothing."""
    return _told(wording.refusal(answer), answer.already if answer.outcome in DECIDED else ())


def refused_reply(heard: ReplyResult) -> Told:
    """What the person learns whose reply changed nothing."""
    return _told(heard.private, heard.already)


def _told(text: str, already: Sequence[Decision]) -> Told:
    blocks = [section(theirs(text, 1000))]
    if already:
        who = [f"#{one.ref} {one.kind.value} by {person(one.by)} · {when(one.at)}" for one in already]
        blocks.append(context(ours("\n".join(who[:10]))))
    return text, blocks
