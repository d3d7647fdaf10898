"""The form in which an approver adds another to one payment. Pure."""

from bot.domain import text as wording
from bot.domain.bounds import TEXT_LIMIT
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from handlers.views.blocks import SECTION_TEXT, Block, context, mrkdwn, plain_lines, section
from handlers.views.button_value import ButtonValue

ADD_APPROVER = "add_approver"
SAYS = (
    "They must approve it too, after everybody whom its route asks, and get a direct message within their "
    "working hours. Nobody is taken off again."
)


def adding_form(value: ButtonValue, entry: ReviewedTransaction) -> Block:
    """Who is to approve a payment too, and why; ``value`` is what the button carried."""
    reason = {
        "type": "plain_text_input",
        "action_id": "reason",
        "multiline": True,
        "max_length": TEXT_LIMIT,
    }
    return {
        "type": "modal",
        "callback_id": ADD_APPROVER,
        "title": {"type": "plain_text", "text": "Add an approver"},
        "submit": {"type": "plain_text", "text": "Add"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "private_metadata": value.encode(),
        "blocks": [
            section(plain_lines([wording.one_line(entry)[:300]], SECTION_TEXT)),
            _input("person", "Who must approve it too", {"type": "users_select", "action_id": "person"}),
            _input("reason", "Why", reason),
            context(mrkdwn(SAYS)),
        ],
    }


def _input(block_id: str, label: str, element: Block) -> Block:
    return {
        "type": "input",
        "block_id": block_id,
        "label": {"type": "plain_text", "text": label},
        "element": element,
    }
