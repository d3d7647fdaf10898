"""What whoever brought payments can still change of them: the list, and the form that corrects one. Pure."""

from collections.abc import Sequence

from bot.application.amend import OwnPayments
from bot.domain import text as wording
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.text.amending import correct_in_form
from bot.intake.corrected import as_typed
from handlers.views.blocks import (
    SECTION_TEXT,
    Block,
    actions,
    button,
    clip,
    confirm,
    context,
    mrkdwn,
    plain_lines,
    plain_text,
    section,
)
from handlers.views.button_value import ButtonValue
from handlers.views.receipts import PrivateMessage

MY_PAYMENTS = "my_payments"
CORRECT_PAYMENT, WITHDRAW_PAYMENT = "correct_payment", "withdraw_payment"
CORRECT = "correct"  # the form
OWN_PAGE = 20  # payments on a page of the list; a modal holds 100 blocks

# Each field of the form by the name of what it corrects, with its label, how many characters it takes, and a
# hint. The first three cannot be left empty.
FIELDS: tuple[tuple[str, str, int, str], ...] = (
    ("amount", "Amount", 60, ""),
    ("currency", "Currency", 20, "The code of three letters, as USD."),
    ("vendor", "Vendor", 200, ""),
    ("memo", "Memo", 500, ""),
    ("invoice", "Invoice", 500, ""),
    ("account", "Bank account", 500, ""),
    ("date", "Date", 60, "As 2026-11-28."),
    ("category", "Category", 500, ""),
)
NEEDED = ("amount", "currency", "vendor")

FINAL = (
    "Here is what nobody has decided about yet. What was approved or rejected is not corrected any more: "
    "submit the payment again, and say what was wrong."
)
NONE_LEFT = "No payment of this review needs a decision, so nothing can be corrected or withdrawn."


def my_payments_view(own: OwnPayments, notice: Sequence[Block] = ()) -> Block:
    """The payments that their submitter can still correct or withdraw; ``notice`` stands above them."""
    state = own.review.state
    blocks: list[Block] = [*notice, context(mrkdwn(FINAL if own.count else NONE_LEFT))]
    for _, entry in sorted(own.review.entries.items()):
        if entry.open:
            blocks += _payment(state.id, entry)
    turns = (("Previous page", "previous", own.number - 1), ("Next page", "next", own.number + 1))
    buttons = [
        button(text, f"{MY_PAYMENTS}_{name}", ButtonValue(state.id, str(to)).encode())
        for text, name, to in turns
        if 0 <= to < own.pages
    ]
    if buttons:
        blocks += [context(mrkdwn(f"Page {own.number + 1} of {own.pages}")), actions("pages", *buttons)]
    return {
        "type": "modal",
        "callback_id": MY_PAYMENTS,
        "title": {"type": "plain_text", "text": f"My payments of {state.id}"[:24]},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": blocks,
    }


def _payment(review: str, entry: ReviewedTransaction) -> list[Block]:
    payment = entry.transaction
    value = ButtonValue(review, str(payment.ref), version=entry.version).encode()
    stands = wording.outcome_of(entry)
    if entry.rejudging:
        stands = "corrected, and being judged again"
    lines = [wording.one_line(entry), " · ".join(part for part in (stands, wording.was(entry)) if part)]
    sure = confirm(
        "Withdraw payment",
        f"#{payment.ref} is withdrawn for good: nobody decides about it, and it is not paid.",
        "Withdraw",
        "danger",
    )
    return [
        section(plain_lines([clip(line, 300) for line in lines], SECTION_TEXT)),
        actions(
            f"own {payment.ref}",
            button("Correct", CORRECT_PAYMENT, value),
            button("Withdraw", WITHDRAW_PAYMENT, value, style="danger", confirm=sure),
        ),
    ]


def correction_offer(review: str, entry: ReviewedTransaction) -> PrivateMessage:
    """A button that opens the form of a correction, for whoever asked for that in words.

    A message opens no form in Slack; a press does.
    """
    ref = entry.transaction.ref
    value = ButtonValue(review, str(ref), version=entry.version).encode()
    says = correct_in_form(ref)
    lines = [wording.one_line(entry), says]
    return says, [
        section(plain_lines([clip(line, 300) for line in lines], SECTION_TEXT)),
        actions(f"own {ref}", button(f"Correct #{ref}", CORRECT_PAYMENT, value, style="primary")),
    ]


def correction_form(value: ButtonValue, entry: ReviewedTransaction) -> Block:
    """The form with what the payment says now; ``value`` is what the button carried."""
    typed = as_typed(entry.transaction)
    says = (
        "The corrected payment is judged again and needs a decision. Approvers see what it said before and "
        "what you changed."
    )
    return {
        "type": "modal",
        "callback_id": CORRECT,
        "title": {"type": "plain_text", "text": f"Correct payment #{value.item}"[:24]},
        "submit": {"type": "plain_text", "text": "Correct"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "private_metadata": value.encode(),
        "blocks": [
            section(plain_text(wording.one_line(entry), 1000)),
            context(mrkdwn(says)),
            *(_field(name, label, most, hint, typed[name]) for name, label, most, hint in FIELDS),
        ],
    }


def _field(name: str, label: str, most: int, hint: str, typed: str) -> Block:
    # What was stored before there were bounds may be longer than the field takes from anybody now.
    element: Block = {
        "type": "plain_text_input",
        "action_id": name,
        "max_length": max(most, min(len(typed), 3000)),
    }
    if name == "memo":
        element["multiline"] = True
    if typed:
        element["initial_value"] = typed[:3000]
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": {"type": "plain_text", "text": label},
        "element": element,
        "optional": name not in NEEDED,
    }
    return block | {"hint": {"type": "plain_text", "text": hint}} if hint else block
