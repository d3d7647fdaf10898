"""The form that filters a desk by amount and by words. Pure."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.domain.review.selection import PaymentFilter
from handlers.views.blocks import Block

DESK_FILTER = "desk_filter"
WORDS, LEAST, MOST = "words", "least", "most"
NOT_AN_AMOUNT = "Type an amount with digits, such as 1200 or 1200.50."
TURNED_ROUND = "This is less than the amount it should begin with."


def filter_form(review_id: str, wanted: PaymentFilter) -> Block:
    """The form, filled in with what is filtered by now."""
    return {
        "type": "modal",
        "callback_id": DESK_FILTER,
        "title": {"type": "plain_text", "text": "Find payments"},
        "submit": {"type": "plain_text", "text": "Find"},
        "close": {"type": "plain_text", "text": "Back"},
        "private_metadata": review_id,
        "blocks": [
            _field(WORDS, "Words in vendor, memo, invoice or category, or a number as #12", wanted.words),
            _field(LEAST, "Amount from", _shown(wanted.least)),
            _field(MOST, "Amount up to", _shown(wanted.most)),
        ],
    }


def filter_typed(wanted: PaymentFilter, typed: Mapping[str, Any]) -> PaymentFilter | dict[str, str]:
    """The filter with what was typed, by field; or what is wrong, by field."""
    amounts: dict[str, Decimal | None] = {}
    wrong: dict[str, str] = {}
    for name in (LEAST, MOST):
        try:
            amounts[name] = _amount(typed.get(name))
        except InvalidOperation:
            wrong[name] = NOT_AN_AMOUNT
    least, most = amounts.get(LEAST), amounts.get(MOST)
    if least is not None and most is not None and most < least:
        wrong[MOST] = TURNED_ROUND
    words = " ".join(str(typed.get(WORDS) or "").split())[:200]
    return wrong or wanted.but(words=words, least=least, most=most)


def _amount(typed: Any) -> Decimal | None:
    """An amount as it was typed, with or without commas; raises ``InvalidOperation`` for anything else."""
    text = str(typed or "").strip().replace(",", "").replace(" ", "")
    if not text:
        return None
    amount = Decimal(text)
    if not amount.is_finite() or amount < 0 or len(text) > 20:
        raise InvalidOperation
    return amount


def _shown(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:f}"


def _field(name: str, label: str, now: str) -> Block:
    typed: Block = {"type": "plain_text_input", "action_id": name, "max_length": 200}
    return {
        "type": "input",
        "block_id": name,
        "label": {"type": "plain_text", "text": label},
        "optional": True,
        "element": typed | ({"initial_value": now} if now else {}),
    }
