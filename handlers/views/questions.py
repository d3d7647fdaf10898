"""Questions to whoever submitted, answers, notes and files: messages and forms. Pure."""

from collections.abc import Sequence

from bot.domain import text as wording
from bot.domain.bounds import TEXT_LIMIT
from bot.domain.review.remarking import AskedQuestion
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from handlers.views.blocks import (
    SECTION_TEXT,
    Block,
    actions,
    button,
    clip,
    context,
    mrkdwn,
    person,
    plain_lines,
    plain_text,
    section,
)
from handlers.views.button_value import ButtonValue, MalformedPayload

ASK, NOTE, ANSWER = "ask_submitter", "add_note", "answer_question"
ANSWER_BUTTON = "answer_question"
PLACE_FILES = "place_files"
CHOICES = 98  # payments in a menu of Slack, which takes 100 options
OPTION_TEXT = 75


def question_message(review: Review, question: AskedQuestion) -> tuple[str, list[Block]]:
    """The direct message that asks, with the button that opens the form for the answer."""
    value = ButtonValue(review=review.state.id, item=str(question.remark.place)).encode()
    below = context(
        mrkdwn("Press *Answer*, or write in this thread. You can add files there, such as a receipt.")
    )
    answer = actions("question", button("Answer", ANSWER_BUTTON, value, style="primary"))
    return _notification(review), [*_asked(review, question), answer, below]


def answered_message(
    review: Review, question: AskedQuestion, answers: Sequence[str]
) -> tuple[str, list[Block]]:
    """The direct message once it is answered, or asked no more."""
    given = [section(plain_lines(["Your answer:", *answers], SECTION_TEXT))] if answers else []
    says = "You can add to it in this thread." if answers else "This question is not open any more."
    return _notification(review), [*_asked(review, question), *given, context(mrkdwn(says))]


def _notification(review: Review) -> str:
    return f"A question about your payments in review {review.state.id}"


def _asked(review: Review, question: AskedQuestion) -> list[Block]:
    remark, more = question.remark, len(question.refs) - len(review.entries)
    payments = [line for _, entry in sorted(review.entries.items()) for line in _payment(entry)]
    if more > 0:
        payments.append(f"… and {wording.plural(more, 'more payment')}")
    about = "this payment" if len(question.refs) == 1 else "these payments"
    whose = f"{person(remark.by)} asks you about {about} of review {review.state.id}:"
    return [
        section(mrkdwn(whose)),
        section(plain_lines(payments, SECTION_TEXT)),
        section(plain_text(remark.text, SECTION_TEXT)),
    ]


def _payment(entry: ReviewedTransaction) -> list[str]:
    memo = entry.transaction.memo or ""
    return [wording.one_line(entry)[:300], f"Memo: {clip(memo, 200)}" if memo else ""]


def answer_form(review: Review, question: AskedQuestion) -> Block:
    """The form in which whoever was asked answers, in words and with files."""
    typed = _typed("answer", TEXT_LIMIT)
    files: Block = {"type": "file_input", "action_id": "files", "max_files": 10}
    value = ButtonValue(review=review.state.id, item=str(question.remark.place))
    return _form(
        ANSWER,
        "Answer",
        "Send",
        value,
        [
            *_asked(review, question),
            _input("answer", "Your answer", typed, optional=True),
            _input("files", "Files, such as a receipt", files, optional=True),
        ],
    )


def ask_form(value: ButtonValue, payment: ReviewedTransaction, to: str) -> Block:
    """The form in which somebody asks ``to``, by Slack user id, about a payment."""
    whom = context(
        mrkdwn(f"{person(to)} gets a direct message and answers there. The answer decides nothing.")
    )
    asks = _input("question", "Question", _typed("question", TEXT_LIMIT))
    return _form(ASK, "Ask about a payment", "Ask", value, [_about(payment), asks, whom])


def note_form(value: ButtonValue, payment: ReviewedTransaction) -> Block:
    """The form in which somebody writes something down about a payment."""
    note = _input("note", "Note", _typed("note", TEXT_LIMIT))
    says = context(mrkdwn("Everybody who sees the payment sees the note. It decides nothing."))
    return _form(NOTE, "Note on a payment", "Save", value, [_about(payment), note, says])


def which_payment(
    review_id: str, files: Sequence[str], choices: Sequence[ReviewedTransaction]
) -> tuple[str, list[Block]]:
    """Asks privately for which payment files are that were shared with a review; ``files`` are their ids."""
    options = [
        {
            "text": {
                "type": "plain_text",
                "text": clip(wording.one_line(entry), OPTION_TEXT),
                "emoji": False,
            },
            "value": ButtonValue(review=review_id, item=str(entry.transaction.ref)).encode(),
        }
        for entry in choices[:CHOICES]
    ]
    menu: Block = {
        "type": "static_select",
        "action_id": PLACE_FILES,
        "placeholder": {"type": "plain_text", "text": "Choose a payment"},
        "options": options,
    }
    says = "Which payment is this for? If you choose none, it is kept as evidence of the whole review."
    named = " ".join(files)
    return "Which payment is this for?", [section(mrkdwn(says)), actions(f"{PLACE_FILES} {named}", menu)]


def files_of_block(block_id: str) -> tuple[str, ...]:
    """The ids of the files that ``which_payment`` asked about; raises ``MalformedPayload`` for another."""
    name, *files = block_id.split(" ")
    if name != PLACE_FILES or not files:
        raise MalformedPayload("not a menu of ours")
    return tuple(files)


def question_place(value: ButtonValue) -> int:
    """The place in the trail of the question a button stands at; raises ``MalformedPayload`` for another."""
    if not (value.item.isascii() and value.item.isdigit() and len(value.item) <= 9):
        raise MalformedPayload("no question of ours")
    return int(value.item)


def _about(payment: ReviewedTransaction) -> Block:
    return section(plain_lines(_payment(payment), SECTION_TEXT))


def _typed(action_id: str, most: int) -> Block:
    return {"type": "plain_text_input", "action_id": action_id, "multiline": True, "max_length": most}


def _input(block_id: str, label: str, element: Block, optional: bool = False) -> Block:
    named = {"type": "plain_text", "text": label}
    return {"type": "input", "block_id": block_id, "label": named, "element": element, "optional": optional}


def _form(name: str, title: str, submit: str, value: ButtonValue, blocks: list[Block]) -> Block:
    return {
        "type": "modal",
        "callback_id": name,
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": submit},
        "close": {"type": "plain_text", "text": "Cancel"},
        "private_metadata": value.encode(),
        "blocks": blocks,
    }
