"""What is known of a payment where people or the model speak of it: in replies, proposals, answers."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """One payment of a review, as far as a reply can name it, a proposal shows it, or the model is told.

    ``amount`` is in major units and ``currency`` ISO 4217. ``undecided`` says whether it still waits for a
    decision; ``decided`` is what became of it in a word (``rejected``, ``held``, ``withdrawn``), empty where
    nothing did. One that is not ``flagged`` was approved automatically. ``codes`` are those of its findings,
    and ``findings`` their evidence in words. ``memo`` and ``findings`` are shown and never read: anybody may
    have written the words of a reply in there.
    """

    ref: int
    vendor: str
    amount: Decimal
    currency: str
    undecided: bool = True
    decided: str = ""
    memo: str | None = None
    findings: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    high_risk: bool = False
    medium_risk: bool = False
    flagged: bool = True

    @property
    def risk(self) -> str:
        """How urgent its gravest finding is: ``HIGH``, ``MEDIUM`` or ``LOW``."""
        return "HIGH" if self.high_risk else "MEDIUM" if self.medium_risk else "LOW"

    @property
    def waits(self) -> bool:
        """Whether it was flagged and nobody has decided about it."""
        return self.undecided and self.flagged

    @property
    def state(self) -> str:
        """``automatic``, what was decided in a word, or ``undecided``."""
        return "automatic" if not self.flagged else self.decided or "undecided"
