"""What the bot asks where it does not understand a reply."""

from bot.domain.conversation import Unclear
from bot.domain.replies.examples import BRIEF_EXAMPLES


def unclear(what: str) -> Unclear:
    """A question of a sentence without its full stop, followed by what can be said."""
    return Unclear(question=f"{what}. You can say {BRIEF_EXAMPLES}.")


def nothing_changed(what: str) -> Unclear:
    """A question that also says that nothing was changed, of half a sentence that this can end."""
    return unclear(f"{what}, so I changed nothing")
