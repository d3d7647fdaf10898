"""A payment as it was submitted: typed, exact, written once."""

import datetime as dt
import hashlib
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo

from bot.domain.bounds import TEXT_LIMIT

MEMO_LIMIT = TEXT_LIMIT  # characters
VENDOR_LIMIT = 200  # characters
LATER = ("due", "discount_until", "discount")

# The context in which a payment out of a trail is read. Trails are for ever, and the oldest were written when
# these texts had no bound.
STORED = {"stored": True}


def _bounded(text: str | None, info: ValidationInfo) -> str | None:
    if text is not None and len(text) > TEXT_LIMIT and info.context is not STORED:
        raise ValueError(f"has {len(text):,} characters; {TEXT_LIMIT} are the most")
    return text


_Text = Annotated[str | None, AfterValidator(_bounded)]


class Transaction(BaseModel):
    """One payment inside a review; pydantic's ``ValidationError`` refuses anything else.

    ``ref`` is its number in the review, counted from 1, and ``row`` the line of the file or text that it was
    read from, counted from 1 with the header. ``amount`` is in major units of ``currency`` (ISO 4217), exact,
    and negative for a refund. ``memo`` is ``None`` where the source has no memo at all, and ``""`` where it
    was left empty. ``account`` is the payee's bank account (IBAN or number), where the source names one.
    ``due`` is the day on which it is due, and until ``discount_until`` ``discount`` percent of it are off. No
    text has more than ``TEXT_LIMIT`` characters, unless it is read in the context ``STORED``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ref: int = Field(ge=1)
    row: int | None = Field(default=None, ge=1)
    date: dt.date | None = None
    amount: Decimal = Field(allow_inf_nan=False)
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    vendor: str = Field(min_length=1, max_length=VENDOR_LIMIT)
    memo: str | None = Field(default=None, max_length=MEMO_LIMIT)
    card: _Text = None
    invoice: _Text = None
    category: _Text = None
    account: _Text = None
    due: dt.date | None = None
    discount_until: dt.date | None = None
    discount: Decimal | None = Field(default=None, gt=0, le=100)

    @property
    def content_hash(self) -> str:
        """SHA-256 (64 hex digits) over all fields, by which a decision names the content it is about."""
        # A field that came later is no part of the hash where it is empty: trails are for ever.
        later = {name for name in LATER if getattr(self, name) is None}
        return hashlib.sha256(self.model_dump_json(exclude=later).encode()).hexdigest()
