"""What a proposal says: the words that a person is asked to confirm."""

from collections.abc import Iterable

from bot.domain.conversation import Change, Correct, Decide, DecisionKind, DecisionRequest, Exit, Skip
from bot.domain.lists import joined_with_and
from bot.domain.replies.verbs import VERB_OF


def in_words(reading: Decide | Correct | Skip | Exit) -> str:
    """``approve 1 and 3, hold 2 until the PO``: all that a confirmation of this reading does."""
    if isinstance(reading, Skip):
        return "skip, which holds everything undecided"
    if isinstance(reading, Exit):
        return "exit, which ends this review and holds everything undecided"
    if isinstance(reading, Correct):
        return ", ".join(_change_in_words(change) for change in reading.changes)
    return ", ".join(_request_in_words(request) for request in reading.asks)


def refs_listed(refs: Iterable[int]) -> str:
    """``1, 2 and 3``: the references as they are typed in a reply."""
    return joined_with_and(str(ref) for ref in refs)


def _change_in_words(change: Change) -> str:
    if change.kind is None:
        return f"undo {refs_listed(change.refs)}"
    reason = f" ({change.reason})" if change.reason else ""
    return f"change {refs_listed(change.refs)} to {VERB_OF[change.kind]}{reason}"


def _request_in_words(request: DecisionRequest) -> str:
    what = "everything undecided" if request.refs is None else refs_listed(request.refs)
    what += f" except {refs_listed(request.but)}" if request.but else ""
    words = f"{VERB_OF[request.kind]} {what}"
    if not request.reason:
        return words
    holds = request.kind is DecisionKind.HELD
    runs_on = holds and request.reason.lower().startswith(("until ", "if ", "unless "))
    return f"{words} {request.reason}" if runs_on else f"{words} ({request.reason})"
