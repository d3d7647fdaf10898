"""The Home tab: pure."""

from collections.abc import Sequence

from bot.application.overview import Found, Overview
from bot.domain.text import overview as words
from handlers.manifest import COMMAND
from handlers.views.absence_form import absence_buttons
from handlers.views.blocks import Block, context, header, mrkdwn, plain_text, section
from handlers.views.overview import Links, found_blocks, mine_blocks, review_blocks, waiting_blocks

FIND = "find_payments"
MOST_AWAY = 2000  # characters
DIVIDER: Block = {"type": "divider"}


def home_view(
    overview: Overview, links: Links, found: Found | None = None, away: Sequence[str] = ()
) -> Block:
    """What waits for its reader, what they brought, and what was closed; ``found`` is what they looked for.

    ``away`` says how long its reader is away, and who else of those who decide is.
    At most 20 reviews stand in a list and 10 payments are found, so that Slack's 100 blocks hold all.
    """
    blocks: list[Block] = [_search()]
    if found is not None:
        blocks += [context(plain_text(words.searched(found.query.text), 300)), *found_blocks(found, links)]
    if overview.decides:
        waiting = waiting_blocks(overview.waiting, links, overview.now)
        blocks += [header("Waiting for you"), *(waiting or [_says(words.NOTHING_WAITS)])]
        if overview.more_waiting:
            blocks.append(context(mrkdwn(words.more_waiting(overview.more_waiting))))
    blocks += [context(mrkdwn(sentence[:MOST_AWAY])) for sentence in away if sentence and overview.decides]
    if overview.decides:
        blocks.append(absence_buttons(is_away=bool(away and away[0])))
    blocks += [header("Yours"), *(mine_blocks(overview.mine, links) or [_says(words.NOTHING_MINE)])]
    if overview.closed:
        blocks += [header("Recently closed"), *review_blocks(overview.closed, links)]
    blocks += [DIVIDER, context(mrkdwn(f"Submit payments with `{COMMAND}`; `{COMMAND} help` says more."))]
    return {"type": "home", "blocks": blocks}


def closed_home(sentence: str) -> Block:
    """The tab of somebody who may see nothing here, and why."""
    return {"type": "home", "blocks": [section(plain_text(sentence, 2000))]}


def _says(sentence: str) -> Block:
    return section(mrkdwn(sentence))


def _search() -> Block:
    """The field that searches when Enter is pressed in it."""
    return {
        "type": "input",
        "block_id": "find",
        "dispatch_action": True,
        "label": plain_text("Find a payment or a review", 100),
        "hint": plain_text("Press Enter to search.", 100),
        "element": {
            "type": "plain_text_input",
            "action_id": FIND,
            "max_length": 200,
            "placeholder": plain_text("Vendor, amount, invoice or review", 150),
            "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
        },
    }
