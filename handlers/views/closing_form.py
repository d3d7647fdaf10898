"""The form that asks before a review is closed in which something is open. Pure."""

from bot.domain import text as wording
from bot.domain.review.state import ReviewState
from handlers.views.blocks import Block, mrkdwn, plain_lines, section
from handlers.views.button_value import ButtonValue

CLOSE = "close_review"
TITLE = "Close review"


def closing_form(state: ReviewState, seen: str) -> Block:
    """What is open, with counts and sums by currency, and that it will not be approved.

    ``seen`` is the digest of that, which comes back with the form.
    """
    value = ButtonValue(review=state.id, item=seen, content_token=state.content_token)
    return {
        "type": "modal",
        "callback_id": CLOSE,
        "title": {"type": "plain_text", "text": TITLE},
        "submit": {"type": "plain_text", "text": TITLE},
        "close": {"type": "plain_text", "text": "Cancel"},
        "private_metadata": value.encode(),
        "blocks": [
            section(mrkdwn(f"*Close {state.id}?*")),
            section(plain_lines(wording.closing(state).split("\n"), 2000)),
        ],
    }
