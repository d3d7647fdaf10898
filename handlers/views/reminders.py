"""The direct message that reminds somebody of all that waits for them: pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.application.overview import ListedReview
from bot.domain.text import reminders as text
from bot.domain.text.sums import plural
from handlers.views.blocks import Block, context, mrkdwn, section
from handlers.views.overview import Links, waiting_blocks


def reminder(
    reviews: Sequence[ListedReview], links: Links, now: datetime, user: str = ""
) -> tuple[str, list[Block]]:
    """Notification text and blocks; each review has its sums, its age and the button that opens the desk.

    Below stands to which payments ``user``, who reads it, was added.
    """
    count = sum(listed.state.waiting for listed in reviews)
    says = f"{text.TITLE}: {plural(count, 'payment')} in {plural(len(reviews), 'review')}"
    added = [(one.state.id, [ref for ref, person in one.state.added if person == user]) for one in reviews]
    lines = [text.was_added(review_id, refs) for review_id, refs in added if refs]
    below = [context(mrkdwn("\n".join(lines)))] if lines else []
    return says, [section(mrkdwn(f"*{says}*")), *waiting_blocks(reviews, links, now), *below]
