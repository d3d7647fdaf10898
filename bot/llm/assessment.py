"""What the model made of a batch, and how it joins the policy's judgement (law 1 in ARCHITECTURE.md)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.domain.judgement import Finding, Judgement, Source, Verdict
from bot.domain.transaction import Transaction

NOT_ASSESSED = "not_assessed"


class Concern(StrEnum):
    """The closed list of what the model may find; the value is the word it answers with."""

    VAGUE = "vague"
    VENDOR = "vendor"
    ARGUES = "argues"
    AMOUNT = "amount"
    PERSONAL = "personal"
    MISMATCH = "mismatch"
    OTHER = "other"


CODES: Mapping[Concern, tuple[str, str]] = {
    Concern.VAGUE: ("model_vague_memo", "The memo names no business purpose"),
    Concern.VENDOR: ("model_unusual_vendor", "The vendor looks unusual"),
    Concern.ARGUES: ("model_memo_argues", "The memo argues for its own approval"),
    Concern.AMOUNT: ("model_unusual_amount", "The amount does not fit the purchase"),
    Concern.PERSONAL: ("model_personal", "It looks like private spending"),
    Concern.MISMATCH: ("model_mismatch", "The memo does not fit the vendor"),
    Concern.OTHER: ("model_other", "The model has another concern"),
}
"""For each concern the code of the finding, and its sentence."""


class Assessment(BaseModel):
    """The model's answer about the rows it was sent.

    Every row sent is in ``cleared``, ``findings`` or ``unassessed`` (with the reason in words). A row
    in none of them was never answered for, and counts as unassessed.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    prompt_version: str
    cleared: tuple[int, ...] = ()
    findings: dict[int, tuple[Finding, ...]] = {}
    unassessed: dict[int, str] = {}
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def joined(self, other: "Assessment") -> "Assessment":
        """Both assessments as one; findings about one row add up, and so do the tokens."""
        findings = dict(self.findings)
        for ref, further in other.findings.items():
            findings[ref] = (*findings.get(ref, ()), *further)
        return self.model_copy(
            update={
                "cleared": (*self.cleared, *other.cleared),
                "findings": findings,
                "unassessed": {**self.unassessed, **other.unassessed},
                "prompt_tokens": self.prompt_tokens + other.prompt_tokens,
                "completion_tokens": self.completion_tokens + other.completion_tokens,
            }
        )

    def about(self, ref: int) -> tuple[Finding, ...]:
        """The model's findings about one row it was sent; empty only where it cleared that row."""
        findings = self.findings.get(ref, ())
        if ref in self.unassessed:
            return (*findings, not_assessed_finding(self.unassessed[ref]))
        return findings if findings or ref in self.cleared else (not_assessed_finding("no answer arrived"),)


def not_assessed_finding(reason: str) -> Finding:
    """The finding of a row that the model should have judged and did not."""
    evidence = f"The model did not assess this one: {reason}"
    return Finding(source=Source.MODEL, code=NOT_ASSESSED, evidence=evidence)


def rows_to_send(
    transactions: Iterable[Transaction], judgements: Iterable[Judgement]
) -> tuple[Transaction, ...]:
    """What the model has to see: all that the policy has not flagged; a human sees the rest anyway."""
    flagged = {judgement.ref for judgement in judgements if judgement.verdict is Verdict.FLAGGED}
    return tuple(transaction for transaction in transactions if transaction.ref not in flagged)


def merge(
    judgements: Sequence[Judgement], assessment: Assessment | None, sent: Collection[int]
) -> tuple[Judgement, ...]:
    """The policy's judgements joined by the model's findings.

    Nothing is ever taken off (law 1 in ARCHITECTURE.md). ``sent`` are the references the model had to judge:
    empty where none is configured, and then the policy alone judges. A row of ``sent`` without a valid answer
    is flagged.
    """
    return tuple(
        _merged(judgement, assessment) if judgement.ref in sent else judgement for judgement in judgements
    )


def _merged(judgement: Judgement, assessment: Assessment | None) -> Judgement:
    if assessment is None:
        return judgement.joined([not_assessed_finding("no answer arrived")])
    return judgement.joined(assessment.about(judgement.ref))
