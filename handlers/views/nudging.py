"""The button with which whoever brought payments has others reminded of them. Pure."""

from bot.domain.review.state import ReviewState, ReviewStatus
from handlers.views.blocks import Block, button
from handlers.views.button_value import ButtonValue

NUDGE = "nudge"


def nudge_buttons(state: ReviewState) -> list[Block]:
    """The button, where something waits of which anybody could be reminded; else nothing."""
    waits = state.status is ReviewStatus.WAITING and state.undecided
    return [button("Nudge", NUDGE, ButtonValue(state.id).encode())] if waits else []
