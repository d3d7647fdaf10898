"""Modals: the form to submit, the reason of a rejection, everything of a review or a turn. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain import text as wording
from bot.domain.conversation import DecisionKind, Turn
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState
from bot.domain.submission import Draft
from handlers.views import receipts
from handlers.views.blocks import (
    Block,
    actions,
    button,
    context,
    mrkdwn,
    plain_lines,
    plain_sections,
    plain_text,
    section,
)
from handlers.views.button_value import ButtonValue

EVERYTHING_PAGE = 40  # transactions on a page of "everything"; a modal holds 100 blocks
SUBMIT = "submit"
REASON = "reason"
APPROVAL = "approval_reason"
HOLD_REASON = "hold_reason"
EVERYTHING = "everything"
DRAFT = "draft"
BAD_ROWS_PAGE = 60
ERROR_CHARACTERS = 200  # of the sentence under a field


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def submit_form(channel: str, text: str = "", *, picker: bool = True) -> Block:
    """The form that submits payments; ``text`` is filled in.

    ``channel`` is where the card shall stand: chosen beforehand where people pick it, else there is no
    ``picker`` and it is settled.
    """
    typed: Block = {
        "type": "plain_text_input",
        "action_id": "text",
        "multiline": True,
        "max_length": 3000,
        "placeholder": _plain("Transaction: $12000 to Acme Corp. Memo: Reimbursement."),
    }
    if text:
        typed["initial_value"] = text[:3000]
    files: Block = {
        "type": "file_input",
        "action_id": "files",
        "filetypes": ["csv", "tsv", "txt", "xls", "xlsx"],
        "max_files": 5,
    }
    channels: Block = {
        "type": "conversations_select",
        "action_id": "channel",
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    if not channel.startswith("D"):
        channels["initial_conversation"] = channel
    note: Block = {"type": "plain_text_input", "action_id": "note", "max_length": 500}
    return {
        "type": "modal",
        "callback_id": SUBMIT,
        "title": _plain("Submit payments"),
        "submit": _plain("Submit"),
        "close": _plain("Cancel"),
        "private_metadata": channel,
        "blocks": [
            _input("text", "Payments, one a line", typed, optional=True),
            _input("files", "Or files: CSV, XLS, XLSX", files, optional=True),
            _input("note", "Note for the approvers", note, optional=True),
            *([_input("channel", "Channel of the review", channels)] if picker else []),
        ],
    }


def _input(block_id: str, label: str, element: Block, optional: bool = False) -> Block:
    return {
        "type": "input",
        "block_id": block_id,
        "label": _plain(label),
        "element": element,
        "optional": optional,
    }


def reason_form(
    value: ButtonValue, payment: ReviewedTransaction | None, kind: DecisionKind = DecisionKind.REJECTED
) -> Block:
    """Asks why a payment is rejected or held, and confirms it; ``value`` is what the button carried.

    Both need a reason: who brought the payment has to know what to mend, and others what it waits for.
    """
    what = wording.one_line(payment) if payment else f"{value.review} #{value.item}"
    holds = kind is DecisionKind.HELD
    typed: Block = {"type": "plain_text_input", "action_id": "reason", "max_length": 300, "multiline": True}
    return {
        "type": "modal",
        "callback_id": HOLD_REASON if holds else REASON,
        "title": _plain("Put on hold" if holds else "Reject payment"),
        "submit": _plain("Put on hold" if holds else "Reject"),
        "close": _plain("Cancel"),
        "private_metadata": value.encode(),
        "blocks": [section(plain_text(what, 1000)), _input("reason", "Reason", typed)],
    }


def approval_form(value: ButtonValue, payment: ReviewedTransaction | None) -> Block:
    """Asks why a payment of high risk is approved, with what was found; ``value`` is the button's."""
    lines = [wording.one_line(payment), wording.reasons(payment)] if payment else [f"#{value.item}"]
    typed: Block = {"type": "plain_text_input", "action_id": "reason", "max_length": 300, "multiline": True}
    return {
        "type": "modal",
        "callback_id": APPROVAL,
        "title": _plain("Approve payment"),
        "submit": _plain("Approve"),
        "close": _plain("Cancel"),
        "private_metadata": value.encode(),
        "blocks": [
            section(mrkdwn("*High risk*")),
            section(plain_lines(lines, 2000)),
            _input("reason", "Why is it right to pay this?", typed),
        ],
    }


def message_form(title: str, sentence: str) -> Block:
    """A form that says one thing."""
    blocks = [section(plain_text(sentence, 2000))]
    return {"type": "modal", "title": _plain(title), "close": _plain("Close"), "blocks": blocks}


def taken_form(state: ReviewState) -> Block:
    """In the place of a draft that was taken: closing it closes the form below, whose work is done."""
    view = message_form("Submit payments", f"{state.id}: {wording.plural(state.total, 'payment')} submitted.")
    return view | {"clear_on_close": True}


def everything_view(state: ReviewState, shown: Sequence[ReviewedTransaction], page: int) -> Block:
    """Every transaction of a review with its outcome, a page at a time."""
    values = {to: ButtonValue(review=state.id, item=str(to)) for to in (page - 1, page + 1)}
    return _payments(state, wording.counts(state), shown, _Pages("everything", page, state.total, values))


def turn_view(state: ReviewState, turn: Turn, shown: Sequence[ReviewedTransaction], page: int) -> Block:
    """The payments that a turn is about, each with its outcome, a page at a time."""
    values = {to: ButtonValue(review=state.id, item=f"{turn.seq}-{to}") for to in (page - 1, page + 1)}
    count = len(turn.refs)
    return _payments(state, wording.plural(count, "payment"), shown, _Pages("show_all", page, count, values))


@dataclass(frozen=True, slots=True)
class _Pages:
    """Which page of a long list is shown, of how many payments, and what the buttons to the others carry."""

    action: str
    page: int
    total: int
    values: Mapping[int, ButtonValue]


def _payments(state: ReviewState, says: str, shown: Sequence[ReviewedTransaction], pages: _Pages) -> Block:
    """A page of payments, each with reference, amount, vendor, outcome and why."""
    last = max(0, -(-pages.total // EVERYTHING_PAGE) - 1)
    blocks: list[Block] = [context(mrkdwn(says))]
    for entry in shown:
        lines = [wording.one_line(entry), f"{wording.outcome_of(entry)}{_because(entry)}"]
        blocks.append(section(plain_lines([line[:240] for line in lines], 500)))
    turned = (("Previous page", "previous", pages.page - 1), ("Next page", "next", pages.page + 1))
    buttons = [
        button(text, f"{pages.action}_{name}", pages.values[to].encode())
        for text, name, to in turned
        if 0 <= to <= last
    ]
    if buttons:
        blocks += [context(mrkdwn(f"Page {pages.page + 1} of {last + 1}")), actions("pages", *buttons)]
    return {
        "type": "modal",
        "callback_id": EVERYTHING,
        "title": _plain(f"Review {state.id}"),
        "close": _plain("Close"),
        "blocks": blocks,
    }


def bad_rows_view(draft: Draft, page: int) -> Block:
    """Every row that could not be read, a page at a time."""
    last = max(0, -(-len(draft.problems) // BAD_ROWS_PAGE) - 1)
    here = min(page, last)
    shown = draft.problems[here * BAD_ROWS_PAGE : (here + 1) * BAD_ROWS_PAGE]
    blocks = plain_sections([line[:300] for line in shown], 40_000)
    buttons = [
        button(text, f"bad_rows_{name}", f"{draft.id}:{to}")
        for text, name, to in (("Previous page", "previous", here - 1), ("Next page", "next", here + 1))
        if 0 <= to <= last
    ]
    if buttons:
        blocks += [context(mrkdwn(f"Page {here + 1} of {last + 1}")), actions("pages", *buttons)]
    return {
        "type": "modal",
        "callback_id": "bad_rows",
        "title": _plain("Bad rows"),
        "close": _plain("Close"),
        "blocks": blocks,
    }


def draft_form(draft: Draft) -> Block:
    """On top of the form, which keeps what was typed: bad rows, what is known, and what may be taken."""
    good = len(draft.transactions)
    view: Block = {"type": "modal", "callback_id": DRAFT, "private_metadata": draft.id, "blocks": []}
    view["title"] = _plain("Bad rows" if draft.problems else "Submitted before")
    if draft.problems:
        view["blocks"] = [
            section(plain_text("Nothing was submitted yet. Go back to mend these rows:", 200)),
            *plain_sections([line[:300] for line in draft.problems[:BAD_ROWS_PAGE]], 20_000),
        ]
    more = len(draft.problems) - BAD_ROWS_PAGE
    if more > 0:
        view["blocks"].append(context(mrkdwn(f"… and {more:,} more.")))
    if draft.known:
        view["blocks"] += [*receipts.submitted_before(draft), actions("draft", receipts.again_button(draft))]
        if draft.new:
            view["submit"] = _plain(receipts.NEW_ROWS)
    elif good:
        view["submit"] = _plain(f"Submit {good:,} good {'row' if good == 1 else 'rows'}")
    return view | {"close": _plain("Back")}


def _because(entry: ReviewedTransaction) -> str:
    memo = f" · {entry.transaction.memo}" if entry.transaction.memo else ""
    return f" · {wording.reasons(entry)}{memo}" if entry.flagged else memo
