"""Why a payment was flagged, in words; keys of the policy are in none of them."""

from collections.abc import Mapping

from bot.domain.judgement import Finding, Severity, Source
from bot.domain.review.reviewed_transaction import ReviewedTransaction

# What a finding is called where payments are counted by it; any other is called by its code.
_NAMES: Mapping[str, str] = {
    "sanctioned_name": "on a sanctions list",
    "denied_vendor": "vendor on the list of denied vendors",
    "amount_over_limit": "above the limit",
    "no_limit_for_currency": "currency without a limit",
    "split_payment": "one sum in several parts",
    "submitted_before": "submitted before",
    "duplicate_payment": "paid twice",
    "altered_invoice": "invoice number altered",
    "invoice_other_vendor": "invoice of another vendor",
    "invoice_other_currency": "invoice in two currencies",
    "invoice_over_limit": "invoice above the limit",
    "gross_after_net": "invoice paid net and gross",
    "changed_bank_details": "new bank details",
    "shared_account": "bank account of another vendor",
    "lookalike_vendor": "vendor's name looks like another",
    "memo_argues": "memo argues for approval",
    "machine_text": "text meant for a program",
    "hidden_characters": "hidden characters",
    "called_off": "said not to be paid",
    "cluster_under_limit": "several just below the limit",
    "near_duplicate": "nearly the same as another",
    "repeated_together": "same amount handed in again",
    "refund_twice": "refunded twice",
    "paid_after_refund": "paid again after a refund",
    "zero_amount": "amount of zero",
    "just_under_limit": "just below the limit",
    "unknown_vendor": "new vendor",
    "invalid_account": "bank account that cannot exist",
    "unusual_amount": "unusual amount for the vendor",
    "category_not_allowed": "category not allowed",
    "date_out_of_range": "date too old or in the future",
    "refund_without_original": "refund without a payment",
    "vague_memo": "memo explains nothing",
    "audit_keyword": "word that auditors look for",
    "cash_or_personal": "cash or personal purchase",
    "exposure": "much in a few days",
    "sequential_invoices": "invoice numbers in a row",
    "dormant_vendor": "vendor not paid for long",
    "round_amount": "round sum",
    "weekend_or_holiday": "dated on a day off",
    "recommend_only": "nothing found, approval recommended",
    "not_assessed": "not read by the model",
}


def finding_name(code: str) -> str:
    """``above the limit``, ``paid twice``: what a kind of finding is called, by its code."""
    if name := _NAMES.get(code):
        return name
    said_by_model = code.startswith("model_")
    return f"{code.removeprefix('model_').replace('_', ' ')}{', says the model' if said_by_model else ''}"


def finding_in_words(finding: Finding) -> str:
    """A finding as a sentence: ``USD 12,000.00 is above the limit of USD 10,000.00.``"""
    said = finding.evidence.strip()
    sentence = said[:1].upper() + said[1:]
    if not sentence.endswith((".", "!", "?", "…")):
        sentence += "."
    return sentence if finding.source is Source.RULE else f"{sentence[:-1]} (says the model)."


def why(entry: ReviewedTransaction) -> str:
    """Everything that was found about a payment, in sentences, the gravest first."""
    order = list(Severity)
    graver = sorted(_findings(entry), key=lambda finding: -order.index(finding.severity))
    return " ".join(map(finding_in_words, graver))


def reasons(entry: ReviewedTransaction) -> str:
    """Why it was flagged, each reason with its source."""
    return "; ".join(
        finding.evidence if finding.source is Source.RULE else f"{finding.evidence} (says the model)"
        for finding in _findings(entry)
    )


def cited(entry: ReviewedTransaction) -> str:
    """Why it was flagged, each reason with its risk, and with its source where that is the model."""
    return "; ".join(
        f"{finding.evidence} ({finding.severity.value} risk"
        f"{', says the model' if finding.source is Source.MODEL else ''})"
        for finding in _findings(entry)
    )


def worst(entry: ReviewedTransaction) -> Severity:
    """The highest severity of its findings; ``LOW`` where there are none."""
    severities = (finding.severity for finding in _findings(entry))
    return max(severities, key=list(Severity).index, default=Severity.LOW)


def _findings(entry: ReviewedTransaction) -> tuple[Finding, ...]:
    return () if entry.judgement is None else entry.judgement.findings


def policy_in_words(line: str) -> str:
    """``Policy: rule “duplicate payment”, days: 7 (rules.duplicate_payment.days = 7)``."""
    key, _, value = line.partition(" = ")
    table, _, rest = key.partition(".")
    setting = {"true": "on", "false": "off"}.get(value, value)
    if table == "rules":
        rule, _, name = rest.partition(".")
        named = f"rule “{rule.replace('_', ' ')}”"
        what = f"{named}, which is {setting}" if name == "on" else f"{named}, {name.replace('_', ' ')}"
        words = what if name == "on" or not value else f"{what}: {setting}"
    elif table == "limits" and rest:
        words = f"the limit for {rest} is {value}"
    else:
        words = table.replace("_", " ") + (f", {rest}" if rest else "") + (f": {value}" if value else "")
    return f"Policy: {words} ({line})" if "." in key else f"Policy: {words}"
