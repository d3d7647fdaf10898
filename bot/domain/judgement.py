"""What was found about a transaction, and the verdict that follows from it."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer


class Source(StrEnum):
    """Who made a finding: a rule of the policy, or the model."""

    RULE = "rule"
    MODEL = "model"


class Verdict(StrEnum):
    """What the bot does with a transaction by itself: approve it, or leave it to a human."""

    ROUTINE = "routine"
    FLAGGED = "flagged"


class Severity(StrEnum):
    """How urgently a human should look at a finding; each severity flags the transaction."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Finding(BaseModel):
    """Why a transaction is suspicious.

    ``code`` comes from a closed list and ``evidence`` is one plain phrase for a human. ``policy`` is the
    setting of the policy that a rule goes by (``limits.GBP = 10000``), empty for a finding of the model.
    ``about`` are the other payments that it is about: ``#4`` in the same review, ``#4 of R-7K3F2`` elsewhere.
    """

    model_config = ConfigDict(frozen=True)

    source: Source
    code: str
    evidence: str
    severity: Severity = Severity.MEDIUM
    policy: str = ""
    about: tuple[str, ...] = ()

    @model_serializer(mode="wrap")
    def _as_before(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Decisions from before there was this field name the content that they are about by its hash.
        dumped: dict[str, Any] = dump(self)
        if not self.about:
            dumped.pop("about", None)
        return dumped

    @property
    def refs(self) -> tuple[int, ...]:
        """References of the other payments of the same review that it is about."""
        return tuple(int(name[1:]) for name in self.about if name[1:].isdecimal() and name[0] == "#")


RECOMMENDED_CODE = "recommend_only"  # of the finding that only leaves the decision to a human

CALL_BACK_CODES = frozenset({"changed_bank_details", "shared_account"})
"""Findings about a bank account that a call to the vendor has to confirm before anybody approves."""


class Judgement(BaseModel):
    """The findings about one transaction, by its reference.

    Any finding flags it, and none can be taken away (law 1 in ARCHITECTURE.md). ``route`` is the number of
    its route among those of its review, from 1; 0 where any one of the approvers decides. ``is_exempt`` says
    that the policy which judged it asks for no call-back about its bank account.
    """

    model_config = ConfigDict(frozen=True)

    ref: int
    findings: tuple[Finding, ...] = ()
    # No part of the content that a decision is about, which decisions from before there were routes name.
    route: int = Field(default=0, exclude=True)
    is_exempt: bool = Field(default=False, exclude=True)

    @property
    def verdict(self) -> Verdict:
        """Flagged when anything at all was found."""
        return Verdict.FLAGGED if self.findings else Verdict.ROUTINE

    @property
    def needs_call_back(self) -> bool:
        """Whether nobody may approve it before its bank account was confirmed by calling the vendor.

        That follows from what was found, so that it holds for payments from before there were call-backs too.
        """
        return not self.is_exempt and any(finding.code in CALL_BACK_CODES for finding in self.findings)

    @property
    def recommended(self) -> bool:
        """Whether it is flagged only because the policy leaves every decision to a human."""
        return bool(self.findings) and all(finding.code == RECOMMENDED_CODE for finding in self.findings)

    def left_to_a_human(self) -> "Judgement":
        """The judgement as a policy has it that leaves every decision to a human.

        One without findings is flagged with the bot's recommendation to approve; any other stays as it is.
        """
        return self if self.findings else self.joined([_RECOMMENDATION])

    def joined(self, more: Iterable[Finding]) -> "Judgement":
        """A judgement with these findings after its own; there is no way to take one off."""
        return self.model_copy(update={"findings": (*self.findings, *more)})


_RECOMMENDATION = Finding(
    source=Source.RULE,
    code=RECOMMENDED_CODE,
    evidence=(
        "nothing was found; the bot recommends approval, and this policy leaves every decision to a human"
    ),
    severity=Severity.LOW,
    policy="model.recommend_only = true",
)
