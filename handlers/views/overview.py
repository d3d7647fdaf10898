"""Lists of reviews and of found payments, as Home, the command and a direct message show them: pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.application.overview import Found, FoundPayment, ListedReview
from bot.domain import text as wording
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.text import overview as words
from bot.domain.text.deadlines import first_ends
from bot.domain.text.routes import who
from handlers.views.blocks import (
    Block,
    actions,
    button,
    context,
    mrkdwn,
    person,
    plain_text,
    section,
    when,
)
from handlers.views.button_value import ButtonValue
from handlers.views.claims import all_on_it
from handlers.views.my_payments import MY_PAYMENTS
from handlers.views.nudging import nudge_buttons
from handlers.views.receipts import PrivateMessage

OPEN_DESK = "open_desk"
MESSAGE_REVIEWS = 20  # of a list in a message; with a heading and a line below, under Slack's 50 blocks

MOST_CLAIMED = 500  # characters about who is on it

Links = Mapping[str, str]
"""Addresses of cards that the reader may open, by review."""


def waiting_blocks(reviews: Sequence[ListedReview], links: Links, now: datetime) -> list[Block]:
    """Reviews that wait for their reader, each with its sums, its age and the button that opens the desk."""
    return [
        section(
            mrkdwn(_waits(listed, links, now)),
            button(
                "Open desk",
                OPEN_DESK,
                ButtonValue(listed.state.id, content_token=listed.state.content_token).encode(),
            ),
        )
        for listed in reviews
    ]


def mine_blocks(reviews: Sequence[ListedReview], links: Links) -> list[Block]:
    """Reviews with payments of their reader, each with the button that shows these."""
    return [block for listed in reviews for block in _mine(listed.state, links)]


def _mine(state: ReviewState, links: Links) -> list[Block]:
    mine = button("My payments", MY_PAYMENTS, ButtonValue(state.id).encode())
    nudge = nudge_buttons(state)
    block = section(mrkdwn(f"{_name(state, links)}\n{_standing(state)}"), mine)
    return [block, *([actions(f"nudge {state.id}", *nudge)] if nudge else [])]


def review_blocks(reviews: Sequence[ListedReview], links: Links) -> list[Block]:
    """Reviews by whom they are, and how they stand."""
    return [section(mrkdwn(f"{_name(listed.state, links)}\n{_standing(listed.state)}")) for listed in reviews]


def found_blocks(found: Found, links: Links) -> list[Block]:
    """What was found; what people wrote is plain text in it."""
    if found.query.review:
        if found.review is None:
            return [section(mrkdwn(words.NO_SUCH_REVIEW))]
        return review_blocks([found.review], links)
    if not found.payments:
        return [section(plain_text(words.nothing_found(found.query.text), 500))]
    blocks = [block for payment in found.payments for block in _payment(payment, links)]
    if found.more:
        blocks.append(context(mrkdwn(words.MORE_FOUND)))
    return blocks


def message_of(title: str, blocks: Sequence[Block], otherwise: str) -> PrivateMessage:
    """A list as a private message; ``otherwise`` is said where it is empty."""
    return title, [section(mrkdwn(f"*{title}*")), *(blocks or [section(mrkdwn(otherwise))])]


def _name(state: ReviewState, links: Links) -> str:
    """A review by its id, which leads to its card where the reader may open it, and by whom it is."""
    link = links.get(state.id)
    name = f"<{link}|{state.id}>" if link else state.id
    return f"*{name}* by {person(state.submitter)} in <#{state.channel}>"


def _waits(listed: ListedReview, links: Links, now: datetime) -> str:
    """What waits of a review, what ends first of it, for how long it waits, and who is on it already."""
    state = listed.state
    first = f"*{first_ends(listed.deadline)}* · " if listed.deadline else ""
    lines = (_name(state, links), f"{first}{words.waiting(state, now)}", all_on_it(state)[:MOST_CLAIMED])
    return "\n".join(filter(None, lines))


def _standing(state: ReviewState) -> str:
    is_open = state.status is not ReviewStatus.CLOSED
    ended = "" if is_open else " · closed" + (f" {when(state.closed_at)}" if state.closed_at else "")
    return f"{words.standing(state)}{ended}"


def _payment(found: FoundPayment, links: Links) -> list[Block]:
    payment, state = found.entry.transaction, found.review.state
    invoice = f" · invoice {payment.invoice}" if payment.invoice else ""
    day = f" · {payment.date.isoformat()}" if payment.date else ""
    return [
        section(plain_text(f"{wording.one_line(found.entry)}{invoice}{day}", 500)),
        context(mrkdwn(f"{_name(state, links)} · {_outcome(found.entry)}")),
    ]


def _outcome(entry: ReviewedTransaction) -> str:
    """How a payment stands, and by whom; the reason, which somebody wrote, stands in its details."""
    stands = f"*{wording.state_of(entry)}*"
    if entry.decision is None or entry.withdrawn:
        return stands
    return f"{stands} by {who(entry.decision.by, entry.decision.whose, person)} · {when(entry.decision.at)}"
