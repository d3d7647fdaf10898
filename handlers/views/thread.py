"""From turns of the conversation to messages of the thread: pure."""

from collections.abc import Sequence

from bot.domain import text as wording
from bot.domain.conversation import VERB_OF, DecisionKind, Medium, Party, Turn, TurnKind
from bot.domain.names import visible
from bot.domain.people import Deciders
from bot.domain.review.decision import Proposal
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState
from bot.domain.text.routes import who
from handlers.views.asked_turns import SAID, for_somebody, said_message
from handlers.views.blocks import (
    CONTEXT_TEXT,
    MESSAGE_CHARACTERS,
    SECTION_TEXT,
    Block,
    actions,
    approver,
    button,
    clip,
    context,
    encoded_length,
    mrkdwn,
    person,
    plain_sections,
    plain_text,
    when,
)
from handlers.views.button_value import ButtonValue
from handlers.views.card import notification
from handlers.views.summary import summary_message

MENTIONED = 20
# Characters of a proposal's text as it is sent, which leaves room for its buttons, and of a line of it.
PROPOSAL_CHARACTERS = MESSAGE_CHARACTERS - 2000
LINE_WIDTHS = (SECTION_TEXT, 300, 150, 100, 60, 30)
NOT_ASKED = Deciders()
UNCUT = 1_000_000  # characters, more than any text has


def shown(turns: Sequence[Turn]) -> list[Turn]:
    """The turns that are to be posted.

    A thread reply stands in the thread already, and a click that decides on the card.
    """
    return [turn for turn in turns if not (turn.who is Party.HUMAN and _stands_elsewhere(turn))]


def _stands_elsewhere(turn: Turn) -> bool:
    is_click = turn.how is Medium.BUTTON and turn.form is TurnKind.PLAIN
    return is_click or turn.how is Medium.THREAD_REPLY


def groups(turns: Sequence[Turn]) -> list[list[Turn]]:
    """Turns as they are posted: a message for each."""
    return [[turn] for turn in shown(turns)]


def message(
    state: ReviewState,
    turns: Sequence[Turn],
    named: Sequence[ReviewedTransaction],
    deciders: Deciders = NOT_ASKED,
) -> tuple[str, list[Block]]:
    """Notification text and blocks of one message; ``named`` are the entries a summary lists."""
    first = turns[0]
    if first.form in SAID:
        return said_message(first)
    if first.who is Party.HUMAN:
        return _human(turns)
    match first.form:
        case TurnKind.SUMMARY:
            return summary_message(state, named)
        case TurnKind.OPENING:
            # Only a new message notifies: an update of the card, which names them too, does not.
            names = " ".join(map(approver, deciders.named[:MENTIONED]))
            called = [context(mrkdwn(f"For {names}"))] if state.waiting and names else []
            lines = [*_lines(first), *wording.what_to_say(state)]
            return notification(state), [*plain_sections(lines), *called]
        case TurnKind.ESCALATION:
            names = " ".join(map(approver, first.to.split()[:MENTIONED]))
            called = [context(mrkdwn(f"For {names}"))] if names else []
            return f"Payments wait in review {state.id}", [*plain_sections(_lines(first)), *called]
        case TurnKind.PROPOSAL:
            return _proposal(state, first)
        case TurnKind.MODEL:
            whose = context(mrkdwn(f"_In the words of the model {_name(state)}_"))
            return "The model answered", [*plain_sections(_lines(first)), whose, *_more(state, first)]
        case TurnKind.STAND_IN:
            by, _, absent = first.to.partition(" ")
            stood_in = context(mrkdwn(who(by, absent, person)))
            says = f"Countersign answered in review {state.id}"
            return says, [*plain_sections(_lines(first)), stood_in, *_more(state, first)]
        case _:
            says = f"Countersign answered in review {state.id}"
            return says, [*plain_sections(_lines(first)), *for_somebody(first), *_more(state, first)]


def _lines(turn: Turn) -> list[str]:
    """The lines that the bot or the person broke; no other character breaks one."""
    return turn.text.replace("\r", "\n").split("\n")


def _name(state: ReviewState) -> str:
    return state.model.replace("`", "").replace("<", "").replace(">", "")


def _human(turns: Sequence[Turn]) -> tuple[str, list[Block]]:
    actor = person(turns[0].actor or "")
    if turns[0].form is TurnKind.TOLD:
        lines_told = [
            context(mrkdwn(who(turn.actor or "", turn.to, person)), plain_text(turn.text, CONTEXT_TEXT))
            for turn in turns
        ]
        return "Payments were decided", lines_told
    lines = [line for turn in turns for line in _lines(turn)]
    by = f"{actor} by {turns[0].how.value} · {when(turns[-1].at)}"
    return "A decision was made", [*plain_sections(lines), context(mrkdwn(by))]


def _proposal(state: ReviewState, turn: Turn) -> tuple[str, list[Block]]:
    """What was understood, a line each, with the buttons by which its author answers while it stands."""
    standing = state.proposal
    below: list[Block] = []
    buttons = _show_all(state, turn)
    if standing is not None and standing.id == turn.proposal:
        buttons = [*_answers(state, standing), *buttons]
        below = [context(mrkdwn(f"Nothing is done before {person(standing.by)} confirms it."))]
    if buttons:
        below.insert(0, actions("proposal", *buttons))
    return "Please confirm what I understood", [*_whole_lines(_lines(turn)), *below]


def _answers(state: ReviewState, standing: Proposal) -> list[Block]:
    """The buttons of a proposal; only one that decides payments has any to add or to take away."""
    value = ButtonValue(review=state.id, item=standing.id, content_token=state.content_token).encode()
    decides = isinstance(standing.reading, tuple) and standing.reading
    return [
        button("Confirm", "confirm", value, style="primary"),
        *([button("Edit", "edit", value)] if decides else []),
        button("Cancel", "cancel", value),
    ]


def _whole_lines(lines: Sequence[str]) -> list[Block]:
    """Lines of which none may be left out, because each is a payment that somebody is asked to confirm.

    Where they do not fit they are cut at their end, which says why and not what.
    """
    for width in LINE_WIDTHS:
        cut = [clip(visible(line), width) for line in lines]
        sections = plain_sections(cut, UNCUT)
        if encoded_length(sections) <= PROPOSAL_CHARACTERS:
            return sections
    return plain_sections(cut, PROPOSAL_CHARACTERS)


def _more(state: ReviewState, turn: Turn) -> list[Block]:
    """The button that shows all payments of an answer that names only some."""
    buttons = _show_all(state, turn)
    return [actions("answer", *buttons)] if buttons else []


def _show_all(state: ReviewState, turn: Turn) -> list[Block]:
    value = ButtonValue(review=state.id, item=str(turn.seq)).encode()
    return [button("Show all", "show_all", value)] if turn.refs else []


def decision_words(kind: DecisionKind, ref: int | None, reason: str = "") -> str:
    """What a button says in the conversation: ``reject 2: duplicate``."""
    target = "all" if ref is None else str(ref)
    return f"{VERB_OF[kind]} {target}{f': {reason}' if reason else ''}"
