"""The form that edits what was understood of a reply: which payments, and why. Pure."""

from collections.abc import Mapping, Sequence

from bot.application.look import OpenProposal
from bot.domain import text as wording
from bot.domain.conversation import VERB_OF, DecisionKind, DecisionRequest
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from handlers.views.blocks import Block, context, mrkdwn, plain_text
from handlers.views.button_value import ButtonValue

EDIT = "edit_proposal"
TITLE = "Edit what I understood"
REFERENCES, REASON = "references", "reason"  # the elements of a part
# Slack's limits: options of a menu, their text, characters in a field, blocks in a form (two for each part).
CHOICES = 100
CHOICE_TEXT = 75
FIELD_CHARACTERS = 3000
PARTS = 45
# Options of all menus together: a view may have 250,000 characters, and each option takes up to 600 of them.
ALL_CHOICES = 300

WHY: Mapping[DecisionKind, str] = {
    DecisionKind.APPROVED: "Note",
    DecisionKind.REJECTED: "Reason of the rejection",
    DecisionKind.HELD: "Reason to hold",
}
TOO_LARGE = "This is too much for a form. Nothing was changed; please press Cancel, and say it in parts."


def field_name(kind: DecisionKind, place: int) -> str:
    """The block of a part's payments, as ``rejected 2``; that of its reason is ``rejected 2 reason``."""
    return f"{kind.value} {place}"


def proposal_form(value: ButtonValue, proposal: OpenProposal) -> Block | None:
    """The form, with what is proposed chosen, or ``None`` where it would be too large for Slack.

    A part for each decision with a reason of its own: a menu of the undecided payments, or where these are
    too many their references as text. ``value`` is what the button carried.
    """
    open_, requests = proposal.undecided, proposal.requests
    as_menu = len(open_) <= CHOICES and len(open_) * len(requests) <= ALL_CHOICES
    listed = [references(request.refs or (), open_) for request in requests]
    if len(requests) > PARTS or not (as_menu or max(map(len, listed)) <= FIELD_CHARACTERS):
        return None
    says = "This decides nothing: what you change is proposed again, and waits for you to confirm it."
    blocks: list[Block] = [context(mrkdwn(says))]
    for place, (request, text) in enumerate(zip(requests, listed, strict=True), start=1):
        name = field_name(request.kind, place)
        payments = _menu(request, open_) if as_menu else _typed(REFERENCES, text)
        label = VERB_OF[request.kind].capitalize()
        hint = "" if as_menu else "As 2, 5, 7-12; of a range, what needs a decision is taken."
        blocks.append(_field(name, label, payments, hint))
        why = _typed(REASON, request.reason[:FIELD_CHARACTERS])
        blocks.append(_field(f"{name} reason", WHY[request.kind], why))
    return {
        "type": "modal",
        "callback_id": EDIT,
        "title": {"type": "plain_text", "text": TITLE},
        "submit": {"type": "plain_text", "text": "Propose"},
        "close": {"type": "plain_text", "text": "Back"},
        "private_metadata": value.encode(),
        "blocks": blocks,
    }


def references(refs: Sequence[int], undecided: Sequence[ReviewedTransaction]) -> str:
    """``2, 5, 7-12``: these references; a range stands for the undecided payments in it, three or more."""
    wanted = set(refs)
    runs: list[list[int]] = [[]]
    for ref in (entry.transaction.ref for entry in undecided):
        if ref in wanted:
            runs[-1].append(ref)
        elif runs[-1]:
            runs.append([])
    shown = [f"{run[0]}-{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs if run]
    return ", ".join(shown)


def _menu(request: DecisionRequest, undecided: Sequence[ReviewedTransaction]) -> Block:
    options = {entry.transaction.ref: _option(entry) for entry in undecided}
    chosen = [option for ref, option in options.items() if ref in (request.refs or ())]
    menu: Block = {
        "type": "multi_static_select",
        "action_id": REFERENCES,
        "options": list(options.values()),
    }
    return menu | ({"initial_options": chosen} if chosen else {})


def _option(entry: ReviewedTransaction) -> Block:
    return {
        "text": plain_text(wording.one_line(entry), CHOICE_TEXT),
        "value": str(entry.transaction.ref),
    }


def _typed(action_id: str, text: str) -> Block:
    typed: Block = {"type": "plain_text_input", "action_id": action_id, "max_length": FIELD_CHARACTERS}
    return typed | ({"initial_value": text} if text else {})


def _field(block_id: str, label: str, element: Block, hint: str = "") -> Block:
    field: Block = {
        "type": "input",
        "block_id": block_id,
        "label": {"type": "plain_text", "text": label},
        "element": element,
        # Emptying a part is how it is taken away.
        "optional": True,
    }
    return field | ({"hint": {"type": "plain_text", "text": hint}} if hint else {})
