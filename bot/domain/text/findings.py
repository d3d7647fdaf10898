"""Why a payment was flagged, in words."""

from bot.domain.judgement import Finding, Severity, Source
from bot.domain.review.reviewed_transaction import ReviewedTransaction


def reasons(entry: ReviewedTransaction) -> str:
    """Why it was flagged, each reason with its source."""
    return "; ".join(
        finding.evidence if finding.source is Source.RULE else f"{finding.evidence} (model)"
        for finding in _findings(entry)
    )


def cited(entry: ReviewedTransaction) -> str:
    """Why it was flagged, each reason with its severity and the line of the policy, or else its source."""
    return "; ".join(
        f"{finding.evidence} ({finding.severity.value}, {finding.policy})"
        if finding.policy
        else f"{finding.evidence} ({finding.source.value})"
        for finding in _findings(entry)
    )


def worst(entry: ReviewedTransaction) -> Severity:
    """The highest severity of its findings; ``LOW`` where there are none."""
    severities = (finding.severity for finding in _findings(entry))
    return max(severities, key=list(Severity).index, default=Severity.LOW)


def _findings(entry: ReviewedTransaction) -> tuple[Finding, ...]:
    return () if entry.judgement is None else entry.judgement.findings
