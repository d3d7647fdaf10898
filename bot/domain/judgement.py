"""What was found about a transaction, and what follows from it."""

from collections.abc import Iterable
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Source(StrEnum):
    """Who found it."""

    RULE = "rule"
    MODEL = "model"


class Verdict(StrEnum):
    """What the bot does with a transaction by itself."""

    ROUTINE = "routine"
    FLAGGED = "flagged"


class Severity(StrEnum):
    """How much a finding weighs for whoever has to look first; none approves anything."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Finding(BaseModel):
    """Why a transaction is suspicious.

    ``code`` comes from a closed list, ``evidence`` is one plain phrase for a human, and ``policy`` the line
    of the policy that a rule goes by (``limits.GBP = 10000``); a model goes by none.
    """

    model_config = ConfigDict(frozen=True)

    source: Source
    code: str
    evidence: str
    severity: Severity = Severity.MEDIUM
    policy: str = ""


RECOMMENDED = "recommend_only"


class Judgement(BaseModel):
    """The findings about one transaction; any finding flags it (law 1), so none can be argued away."""

    model_config = ConfigDict(frozen=True)

    ref: int
    findings: tuple[Finding, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Flagged when anything at all was found."""
        return Verdict.FLAGGED if self.findings else Verdict.ROUTINE

    @property
    def recommended(self) -> bool:
        """Whether it is flagged only because a human decides about everything."""
        return bool(self.findings) and all(found.code == RECOMMENDED for found in self.findings)

    def left_to_a_human(self) -> "Judgement":
        """The same judgement; one in which nothing was found is flagged all the same, as recommended."""
        return self if self.findings else self.joined([_RECOMMENDATION])

    def joined(self, more: Iterable[Finding]) -> "Judgement":
        """The same judgement with further findings; there is no way to take one off."""
        return self.model_copy(update={"findings": (*self.findings, *more)})


_RECOMMENDATION = Finding(
    source=Source.RULE,
    code=RECOMMENDED,
    evidence=(
        "nothing was found; the bot recommends approval, and this policy leaves every decision to a human"
    ),
    severity=Severity.LOW,
    policy="model.recommend_only = true",
)
