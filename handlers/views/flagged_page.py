"""The modal that shows one person a further page of the payments that a card begins with. Pure."""

from collections.abc import Sequence

from bot.application.look import FlaggedPage
from handlers.views.blocks import Block, actions, button, context, mrkdwn
from handlers.views.button_value import ButtonValue
from handlers.views.card import payment_blocks, state_in_words

FLAGGED_PAGE = "flagged_page"
NOTICE = "notice"


def flagged_page_view(page: FlaggedPage, notice: Sequence[Block] = ()) -> Block:
    """A page of flagged payments, each with its decision or with buttons; ``notice`` stands on top."""
    state = page.review.state
    blocks: list[Block] = []
    if notice:
        blocks += [notice[0] | {"block_id": NOTICE}, *notice[1:], {"type": "divider"}]
    blocks.append(context(mrkdwn(state_in_words(state))))
    for entry in page.review.entries.values():
        blocks += [{"type": "divider"}, *payment_blocks(state, entry)]
    elsewhere = state.undecided - sum(entry.undecided for entry in page.review.entries.values())
    left = f"{elsewhere:,} undecided on other pages" if elsewhere else "nothing undecided on other pages"
    blocks += [{"type": "divider"}, context(mrkdwn(f"Page {page.number + 1} of {page.pages} · {left}"))]
    if buttons := _turning(page):
        blocks.append(actions("pages", *buttons))
    return {
        "type": "modal",
        "callback_id": FLAGGED_PAGE,
        "title": {"type": "plain_text", "text": f"Review {state.id}"},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": blocks,
    }


def _turning(page: FlaggedPage) -> list[Block]:
    """Buttons to the pages beside this one, and to the next where something is undecided."""
    turned = [("previous", "Previous page", page.number - 1), ("next", "Next page", page.number + 1)]
    if page.next_open is not None and abs(page.next_open - page.number) > 1:
        turned.append(("undecided", f"Next undecided: page {page.next_open + 1}", page.next_open))
    state = page.review.state
    return [
        button(text, f"page_{name}", ButtonValue(state.id, str(to), state.content_token).encode())
        for name, text, to in turned
        if 0 <= to < page.pages
    ]
