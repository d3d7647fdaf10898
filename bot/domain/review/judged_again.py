"""A corrected payment that was judged again: what is found about it now, and what was found before.

A correction takes no flag away (law 11 in ARCHITECTURE.md). What was found about a version before and is not
found again stays, and says so; and that the payment was corrected is a finding itself.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from bot.domain.judgement import RECOMMENDED_CODE, Finding, Judgement, Severity, Source
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.versions import changes_in_words, is_about_payee
from bot.domain.transaction import Transaction

CORRECTED_CODE = "corrected"  # of the finding that every corrected payment has, one for each correction
BEFORE = "found before the correction: "  # begins the evidence of what was found about a version before


def judged_anew(
    versions: Sequence[Transaction], found_before: Sequence[Finding], found: Judgement
) -> Judgement:
    """What policy and model ``found`` about the last of the ``versions``, with what those before it leave.

    ``found_before`` are the findings as they stood; a version that nobody judged has none of its own.
    """
    told = sum(finding.code == CORRECTED_CODE for finding in found_before)
    corrections = [_correction(before, after) for before, after in list(pairwise(versions))[told:]]
    again = {(finding.source, finding.code) for finding in found.findings}
    left = [
        _of_before(finding)
        for finding in found_before
        if finding.code != RECOMMENDED_CODE and (finding.source, finding.code) not in again
    ]
    findings = (*reversed(corrections), *found.findings, *left)
    return Judgement(ref=found.ref, findings=findings)


def found_about_others(
    own: Judgement, judged: Iterable[Judgement], entries: Mapping[int, ReviewedTransaction]
) -> Iterator[Finding]:
    """What is found about other payments of the review since one was corrected, and names that one.

    Of two payments that repeat each other the later one is flagged; that may be one which was judged before,
    and nobody would hear of it. ``judged`` are all payments anew, ``entries`` what is known of the flagged.
    """
    codes = {finding.code for finding in own.findings}
    named = re.compile(rf"#{own.ref}\b(?! of )")
    for other in judged:
        if other.ref == own.ref or not other.findings:
            continue
        entry = entries.get(other.ref)
        known = entry.judgement.findings if entry and entry.judgement else ()
        for finding in other.findings:
            if finding.code not in codes and finding not in known and named.search(finding.evidence):
                codes.add(finding.code)
                evidence = f"found about #{other.ref} since the correction: {finding.evidence}"
                yield finding.model_copy(update={"evidence": evidence, "about": (f"#{other.ref}",)})


def _correction(before: Transaction, after: Transaction) -> Finding:
    # Another vendor or account is another payee, which is what somebody is after who redirects a payment.
    severity = Severity.HIGH if is_about_payee(before, after) else Severity.MEDIUM
    evidence = f"corrected: {changes_in_words(before, after)}"
    return Finding(source=Source.RULE, code=CORRECTED_CODE, evidence=evidence, severity=severity)


def _of_before(finding: Finding) -> Finding:
    """A finding as one about a version before, unless it says so already."""
    if finding.code == CORRECTED_CODE or finding.evidence.startswith(BEFORE):
        return finding
    return finding.model_copy(update={"evidence": f"{BEFORE}{finding.evidence}"})
