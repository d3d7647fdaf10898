"""The form in which somebody asks whoever submitted about the payments that they selected. Pure."""

from collections.abc import Sequence

from bot.domain import text as wording
from bot.domain.bounds import TEXT_LIMIT
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from handlers.views.blocks import SECTION_TEXT, Block, context, mrkdwn, person, plain_lines, section
from handlers.views.button_value import ButtonValue

DESK_ASK = "desk_ask"
MOST_ASKED = 20  # payments that one question may be about; nobody can answer one about hundreds


def ask_form(review_id: str, payments: Sequence[ReviewedTransaction], to: str) -> Block:
    """The form; ``to`` is the Slack user id of whoever is asked."""
    refs = ",".join(str(entry.transaction.ref) for entry in payments)
    whom = f"{person(to)} gets a direct message and answers there. The answer decides nothing."
    typed: Block = {
        "type": "plain_text_input",
        "action_id": "question",
        "multiline": True,
        "max_length": TEXT_LIMIT,
    }
    return {
        "type": "modal",
        "callback_id": DESK_ASK,
        "title": {"type": "plain_text", "text": "Ask about payments"},
        "submit": {"type": "plain_text", "text": "Ask"},
        "close": {"type": "plain_text", "text": "Back"},
        "private_metadata": ButtonValue(review_id, refs).encode(),
        "blocks": [
            section(plain_lines([wording.one_line(entry)[:140] for entry in payments], SECTION_TEXT)),
            {
                "type": "input",
                "block_id": "question",
                "label": {"type": "plain_text", "text": "Question"},
                "element": typed,
            },
            context(mrkdwn(whom)),
        ],
    }
