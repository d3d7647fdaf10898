"""Questions to whoever submitted, answers, notes and files: messages, forms and lines of a card. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.domain import text as wording
from bot.domain.bounds import TEXT_LIMIT
from bot.domain.review.remarking import AskedQuestion
from bot.domain.review.remarks import Remark, RemarkKind, is_answered
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from handlers.views.blocks import (
    CONTEXT_TEXT,
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
LATEST = 3  # remarks of a payment on the card; the others are in its details
EXCERPT = 150
ADDRESS = re.compile(r"https?://[^\s|<>]+")


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
    return _form(ASK, "Ask the submitter", "Ask", value, [_about(payment), asks, whom])


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


def remark_blocks(remarks: Sequence[Remark], most: int = LATEST, excerpt: int = EXCERPT) -> list[Block]:
    """Lines about a payment's remarks, the newest ``most`` of them, in order, each as small grey text."""
    older = len(remarks) - most
    more = [context(mrkdwn(f"{wording.plural(older, 'earlier remark')} in the details"))] if older > 0 else []
    return [*more, *(remark_block(remark, remarks, excerpt) for remark in remarks[max(older, 0) :])]


def remark_block(remark: Remark, among: Sequence[Remark], excerpt: int = CONTEXT_TEXT) -> Block:
    """One remark: who, when, what; ``among`` are all of its payment."""
    by, at = person(remark.by), ago(remark.at)
    match remark.kind:
        case RemarkKind.QUESTION:
            waits = "" if is_answered(remark, among) else " · not answered yet"
            says = f"{by} asked {person(remark.to)}, {at}{waits}:"
        case RemarkKind.ANSWER:
            says = f"{by} answered, {at}:"
        case RemarkKind.NOTE:
            says = f"{by} noted, {at}:"
        case RemarkKind.EVIDENCE:
            return context(*_evidence(remark, f"{by} attached, {at}:", excerpt))
    words = wording.answer_words(remark.text, remark.files)
    return context(mrkdwn(says), plain_text(words, excerpt))


def _evidence(remark: Remark, says: str, excerpt: int) -> list[Block]:
    file = remark.file
    if file is None:
        return [mrkdwn(says)]
    told = file.problem or f"{file.size:,} bytes, SHA-256 {file.sha256}"
    link = [mrkdwn(f"<{file.link}|Open>")] if ADDRESS.fullmatch(file.link) else []
    return [mrkdwn(says), plain_text(f"{file.name} · {told}", max(excerpt, EXCERPT)), *link]


def ago(at: datetime) -> str:
    """When something was, as Slack shows it to each reader: ``2 hours ago``."""
    fallback = f"{at.day} {at:%b %H:%M} UTC"
    return f"<!date^{int(at.timestamp())}^{{ago}}|{fallback}>"


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
