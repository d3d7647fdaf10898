"""The Home tab: pure."""

from collections.abc import Sequence

from bot.domain import text as wording
from bot.domain.review.state import ReviewState
from handlers.manifest import COMMAND
from handlers.views.blocks import Block, context, header, mrkdwn, plain_text, section


def home_view(reviews: Sequence[ReviewState]) -> Block:
    """The open reviews in the order given, each with the channel of its card."""
    blocks: list[Block] = [header("Open reviews")]
    for state in reviews:
        blocks.append(section(mrkdwn(f"{wording.status(state)} Card in <#{state.channel}>.")))
    if not reviews:
        blocks.append(section(mrkdwn("Nothing waits for a human.")))
    blocks.append(context(mrkdwn(f"Submit payments with `{COMMAND}`.")))
    return {"type": "home", "blocks": blocks}


def closed_home(sentence: str) -> Block:
    """The tab of somebody who may see nothing here, and why."""
    return {"type": "home", "blocks": [section(plain_text(sentence, 2000))]}
