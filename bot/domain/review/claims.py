"""Claims: who says that they are on a payment, or on the review as a whole. They show, and block nobody."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from bot.domain.review.remarks import OF_REVIEW

MOST_CLAIMS = 50  # in one review at a time; all of them are read with its state


class Claim(BaseModel):
    """Somebody is on a payment, or on the review where ``ref`` is ``OF_REVIEW``.

    ``by`` is a Slack user id; ``since`` is when they said so, ``until`` when it lapses, both aware UTC.
    """

    model_config = ConfigDict(frozen=True)

    ref: int
    by: str
    since: datetime
    until: datetime

    @property
    def of_review(self) -> bool:
        """Whether it is about the review as a whole."""
        return self.ref == OF_REVIEW


def claim_on(claims: Iterable[Claim], ref: int, now: datetime | None = None) -> Claim | None:
    """The claim on a payment, or on the review (``OF_REVIEW``); without those that lapsed by ``now``."""
    on_it = (claim for claim in claims if claim.ref == ref)
    return next((claim for claim in on_it if now is None or claim.until > now), None)
