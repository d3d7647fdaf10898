"""What the bot asks where it does not understand a reply."""

from bot.domain.conversation import Unclear

SAYABLE = (
    '"approve 2 and 3", "approve all except 4", "reject 2: reason", "hold 3", "why 2?", "what is 2?", '
    '"list", "skip" or "exit"'
)


def unclear(what: str) -> Unclear:
    """A question of a sentence without its full stop, followed by what can be said."""
    return Unclear(question=f"{what}. You can say {SAYABLE}.")


def nothing_changed(what: str) -> Unclear:
    """A question that also says that nothing was changed, of half a sentence that this can end."""
    return unclear(f"{what}, so I changed nothing")
