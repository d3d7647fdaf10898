"""The form in which somebody notes a call to a vendor, and how such calls are shown. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain import text as wording
from bot.domain.review.call_backs import NUMBER, SPOKE_TO, CallBack, NumberSource
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
    when,
)
from handlers.views.button_value import ButtonValue, MalformedPayload, whole_number

CALL_BACK = "call_back"  # the form, and the button that opens it
CONFIRMED, NOT_CONFIRMED = "confirmed", "not confirmed"
OPTION_TEXT = 75
_RESULTS = {
    CONFIRMED: "The vendor confirmed the account",
    NOT_CONFIRMED: "Not confirmed: the payment stays frozen",
}
_ALSO = "The call was about these payments to the same account too"


def call_back_form(
    value: ButtonValue, entry: ReviewedTransaction, alike: Sequence[ReviewedTransaction], now: datetime
) -> Block:
    """The form; ``alike`` are other payments that the same call may have been about, ``now`` aware UTC."""
    reasons = wording.reasons(entry)
    blocks = [
        section(plain_lines([wording.one_line(entry)[:300], clip(reasons, 1000)], SECTION_TEXT)),
        context(mrkdwn(wording.CALL_HOW)),
        _input("spoke_to", "Whom did you speak to?", _typed("spoke_to", SPOKE_TO, "Name, and what they do")),
        _input(
            "called_at",
            "When?",
            {
                "type": "datetimepicker",
                "action_id": "called_at",
                "initial_date_time": int(now.timestamp()) // 60 * 60,
            },
        ),
        _input("number", "Which number did you call?", _typed("number", NUMBER, "+44 20 7946 0018")),
        _input("source", "Where is that number from?", _choice("source", wording.FROM)),
        _input(
            "source_words",
            "If from another source: which?",
            _typed("source_words", SPOKE_TO, "A colleague's address book"),
            optional=True,
        ),
        _input("result", "What came of it?", _choice("result", _RESULTS)),
    ]
    if alike:
        options = [_option(clip(wording.one_line(one), OPTION_TEXT), _of(one)) for one in alike]
        boxes: Block = {"type": "checkboxes", "action_id": "also", "options": options}
        blocks.append(_input("also", _ALSO, boxes, optional=True))
    return {
        "type": "modal",
        "callback_id": CALL_BACK,
        "title": {"type": "plain_text", "text": "Note a call-back"},
        "submit": {"type": "plain_text", "text": "Note"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "private_metadata": value.encode(),
        "blocks": blocks,
    }


def also_shown(value: str) -> tuple[int, int]:
    """The reference and version that a check mark of the form carries; raises ``MalformedPayload``."""
    ref, separator, version = value.partition(":")
    if not separator:
        raise MalformedPayload("not a check mark of ours")
    return whole_number(ref), whole_number(version)


def source_of(value: str) -> NumberSource:
    """Where the number is from; raises ``MalformedPayload`` for what the form does not offer."""
    try:
        return NumberSource(value)
    except ValueError:
        raise MalformedPayload("no source of ours") from None


def call_back_line(entry: ReviewedTransaction, width: int) -> list[Block]:
    """How a payment stands that somebody has to call its vendor about; nothing for any other."""
    says = wording.on_call_backs(entry, person, lambda call: when(call.called_at))
    if not says:
        return []
    mark = "🧊" if entry.frozen else "☎️"
    line = mrkdwn(f"{mark} {says.replace('Frozen:', '*Frozen:*', 1)}")
    spoke = [plain_text(f"Spoke to {call.spoke_to}", width) for call in entry.call_backs[-1:]]
    return [context(line, *spoke)]


def call_backs_shown(entry: ReviewedTransaction) -> list[Block]:
    """Every call about the version of a payment that stands, the newest last, with all that was noted."""
    return [block for call in entry.call_backs for block in _call(call)]


def call_back_button(value: ButtonValue, *, primary: bool = True) -> Block:
    """The button that opens the form, with what it shows of the payment."""
    style = "primary" if primary else ""
    return button(wording.CALL_BACK_LABEL, CALL_BACK, value.encode(), style=style)


def call_back_offer(value: ButtonValue) -> tuple[str, list[Block]]:
    """What who tells of a call in words is shown alone: the button that opens the form."""
    says = f"Please note the call about #{value.item} in a form. Nothing was noted yet."
    return says, [section(plain_text(says, 200)), actions("call back", call_back_button(value))]


def _call(call: CallBack) -> list[Block]:
    came = "the vendor confirmed the account" if call.confirmed else "the account was not confirmed"
    source = f"{wording.FROM[call.source]}{f': {call.source_words}' if call.source_words else ''}"
    line = mrkdwn(f"{person(call.by)} called {when(call.called_at)}: {came} · noted {when(call.at)}")
    said = f"Spoke to {call.spoke_to} on {call.number} · the number is from {source}"
    return [context(line, plain_text(said, 1000))]


def _of(entry: ReviewedTransaction) -> str:
    return f"{entry.transaction.ref}:{entry.version}"


def _choice(name: str, offered: object) -> Block:
    assert isinstance(offered, dict)
    options = [_option(words[:1].upper() + words[1:], str(value)) for value, words in offered.items()]
    return {"type": "radio_buttons", "action_id": name, "options": options}


def _option(words: str, value: str) -> Block:
    return {"text": {"type": "plain_text", "text": words, "emoji": False}, "value": value}


def _typed(name: str, most: int, example: str) -> Block:
    return {
        "type": "plain_text_input",
        "action_id": name,
        "max_length": most,
        "placeholder": {"type": "plain_text", "text": example},
    }


def _input(block_id: str, label: str, element: Block, *, optional: bool = False) -> Block:
    named = {"type": "plain_text", "text": label}
    return {"type": "input", "block_id": block_id, "label": named, "element": element, "optional": optional}
