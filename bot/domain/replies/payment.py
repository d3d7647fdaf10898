"""What a reply can be about."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class FlaggedPayment:
    """One flagged payment of a review, as far as a reply can name it or the model is told of it.

    ``amount`` is in major units and ``currency`` ISO 4217. ``undecided`` says whether it still waits for a
    decision, which a held one does too; ``decided`` is what was decided in a word (``rejected``, ``held``),
    empty where nothing was. ``memo`` and ``findings`` are for the model alone: anybody may have written the
    words of a reply in there, so no code that reads a reply looks at them.
    """

    ref: int
    vendor: str
    amount: Decimal
    currency: str
    undecided: bool = True
    decided: str = ""
    memo: str | None = None
    findings: tuple[str, ...] = ()
