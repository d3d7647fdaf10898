"""In which direction each setting of a rule lets more payments pass; ``on`` speaks for itself."""

from enum import Enum, auto


class Looser(Enum):
    """What makes a setting flag fewer payments.

    ``LONGER`` and ``SHORTER`` are said of lists. ``UNLESS_ADDED``: any change of a value that was there.
    ``ANY_CHANGE``: a change may flag some more and others less, or nobody has thought about it.
    """

    HIGHER = auto()
    LOWER = auto()
    LONGER = auto()
    SHORTER = auto()
    UNLESS_ADDED = auto()
    NEVER = auto()
    ANY_CHANGE = auto()


DIRECTIONS: dict[str, Looser] = {
    "just_under_limit.share": Looser.HIGHER,
    "cluster_under_limit.days": Looser.LOWER,
    "cluster_under_limit.count": Looser.HIGHER,
    "split_payment.days": Looser.LOWER,
    "split_payment.part": Looser.HIGHER,
    "split_payment.day_part": Looser.HIGHER,
    "split_payment.usual": Looser.HIGHER,
    "exposure.share": Looser.HIGHER,
    "exposure.known_share": Looser.HIGHER,
    "exposure.ledger_share": Looser.HIGHER,
    "exposure.days": Looser.LOWER,
    "exposure.usual": Looser.HIGHER,
    "duplicate_payment.days": Looser.LOWER,
    "duplicate_payment.amount_from": Looser.HIGHER,
    "duplicate_payment.lines_from": Looser.HIGHER,
    "repeated_together.days": Looser.LOWER,
    "repeated_together.amount_from": Looser.HIGHER,
    "altered_invoice.days": Looser.LOWER,
    "altered_invoice.amount_from": Looser.HIGHER,
    "altered_invoice.missing_from": Looser.HIGHER,
    "invoice_other_vendor.days": Looser.LOWER,
    "invoice_other_vendor.amount_from": Looser.HIGHER,
    "invoice_other_currency.days": Looser.LOWER,
    "invoice_over_limit.days": Looser.LOWER,
    "gross_after_net.days": Looser.LOWER,
    "gross_after_net.amount_from": Looser.HIGHER,
    "refund_twice.days": Looser.LOWER,
    "refund_twice.amount_from": Looser.HIGHER,
    "paid_after_refund.days": Looser.LOWER,
    "paid_after_refund.amount_from": Looser.HIGHER,
    "unknown_vendor.vendors_from": Looser.HIGHER,
    # A lower floor looks at more payments, and lets smaller ones make a vendor known.
    "unknown_vendor.amount_from": Looser.ANY_CHANGE,
    "unknown_vendor.short_days": Looser.HIGHER,
    "unknown_vendor.short_payments": Looser.HIGHER,
    "unknown_vendor.short_amount_from": Looser.HIGHER,
    "sequential_invoices.count": Looser.HIGHER,
    "sequential_invoices.days": Looser.HIGHER,
    "dormant_vendor.days": Looser.HIGHER,
    "dormant_vendor.amount_from": Looser.HIGHER,
    "unusual_amount.payments": Looser.HIGHER,
    "unusual_amount.spread": Looser.HIGHER,
    "unusual_amount.factor": Looser.HIGHER,
    "unusual_amount.largest": Looser.HIGHER,
    "unusual_amount.amount_from": Looser.HIGHER,
    "memo_argues.phrases": Looser.SHORTER,
    "memo_argues.authorities": Looser.SHORTER,
    "memo_argues.consents": Looser.SHORTER,
    "memo_argues.orders": Looser.SHORTER,
    "memo_argues.addresses": Looser.SHORTER,
    "vague_memo.empty_from": Looser.HIGHER,
    "audit_keyword.words": Looser.SHORTER,
    "audit_keyword.amount_from": Looser.HIGHER,
    "cash_or_personal.amount_from": Looser.HIGHER,
    "cash_or_personal.kinds_off": Looser.LONGER,
    "round_amount.unit": Looser.ANY_CHANGE,  # other sums are round then
    "round_amount.amount_from": Looser.HIGHER,
    "refund_without_original.amount_from": Looser.HIGHER,
    "date_out_of_range.future_days": Looser.HIGHER,
    # With fewer days a batch may be mostly old, and then its age counts from its own last day.
    "date_out_of_range.stale_days": Looser.ANY_CHANGE,
    "weekend_or_holiday.holidays": Looser.SHORTER,
    "lookalike_vendor.near_miss": Looser.LOWER,  # false is below true
    "changed_bank_details.call_back": Looser.LOWER,
    "shared_account.call_back": Looser.LOWER,
    "sanctioned_name.file": Looser.UNLESS_ADDED,
    "sanctioned_name.as_of": Looser.NEVER,  # it is shown, and compared with nothing
    "sanctioned_name.score": Looser.HIGHER,
    "category_not_allowed.allowed": Looser.LONGER,
    "category_not_allowed.denied": Looser.SHORTER,
}
