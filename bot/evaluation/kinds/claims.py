"""Memos that argue: over the limit, where no text may help, and on everyday amounts, where only they tell.

The texts are our own and not those of the policy's list of phrases. So the figures for everyday amounts tell
how many texts that it has never seen such a list recognises, and how many more a model does.
"""

from collections.abc import Callable, Sequence

from bot.evaluation.kinds.violation import Violation, ViolationGroup, ViolationKind
from bot.evaluation.payment_generator import PaymentGenerator
from bot.evaluation.planted_texts import (
    FAKE_APPROVALS,
    INSTRUCTIONS,
    MISMATCHES,
    PERSONAL_MEMOS,
    PRESSURE_MEMOS,
)

ARGUMENT_CODES = frozenset({"memo_argues", "model_memo_argues"})
MISFIT_CODES = frozenset({"model_mismatch", "model_personal", "model_other", "model_unusual_vendor"})


def memo_planter(texts: Sequence[str], over_limit: bool = False) -> Callable[[PaymentGenerator], Violation]:
    """A function that plants a payment with one of these memos, over the limit or of an everyday amount."""

    def plant(generator: PaymentGenerator) -> Violation:
        text = generator.random.choice(texts)
        amount = (
            generator.amount_between(generator.limit + generator.smallest_unit, generator.limit * 5)
            if over_limit
            else generator.everyday_amount()
        )
        return Violation.of_row(generator.payment(amount, generator.known_vendor(), memo=text), way=text)

    return plant


def plant_mismatch(generator: PaymentGenerator) -> Violation:
    """A vendor, and a memo that does not fit it."""
    vendor, memo = generator.random.choice(MISMATCHES)
    return Violation.of_row(
        generator.payment(generator.everyday_amount(), vendor, memo=memo), way=f"{vendor}: {memo}"
    )


def _unlisted(name: str, means: str, texts: Sequence[str]) -> ViolationKind:
    return ViolationKind(name, means, ARGUMENT_CODES, memo_planter(texts), ViolationGroup.MODEL)


OVER_LIMIT_CODES = ARGUMENT_CODES | {"amount_over_limit"}

KINDS = (
    ViolationKind(
        "fake authority over limit",
        "above the limit, and somebody is said to have agreed",
        OVER_LIMIT_CODES,
        memo_planter(FAKE_APPROVALS, over_limit=True),
        ViolationGroup.CLAIM,
    ),
    ViolationKind(
        "instruction over limit",
        "above the limit, and the reader is told to let it pass",
        OVER_LIMIT_CODES,
        memo_planter(INSTRUCTIONS, over_limit=True),
        ViolationGroup.CLAIM,
    ),
    _unlisted("fake authority, unseen words", "somebody is said to have agreed", FAKE_APPROVALS),
    _unlisted("instruction, unseen words", "the reader is told what to do", INSTRUCTIONS),
    _unlisted("pressure, unseen words", "haste instead of a purpose", PRESSURE_MEMOS),
    ViolationKind(
        "mismatch",
        "memo and vendor do not fit each other",
        MISFIT_CODES,
        plant_mismatch,
        ViolationGroup.MODEL,
    ),
    ViolationKind(
        "personal",
        "it looks like private spending",
        MISFIT_CODES,
        memo_planter(PERSONAL_MEMOS),
        ViolationGroup.MODEL,
    ),
)
