"""Private sentences for a request that changed nothing; who decided already is named."""

from bot.domain import wording
from bot.domain.review import Answer, Outcome
from handlers.blocks import context, ours, person, section, theirs, when
from handlers.receipts import Told


def private_sentence(answer: Answer) -> Told:
    """What the person learns whose click changed nothing."""
    text = wording.refusal(answer)
    blocks = [section(theirs(text, 1000))]
    if answer.outcome is Outcome.ALREADY_DECIDED:
        who = [f"#{one.ref} {one.kind.value} by {person(one.by)} · {when(one.at)}" for one in answer.already]
        blocks.append(context(ours("\n".join(who[:10]))))
    return text, blocks
