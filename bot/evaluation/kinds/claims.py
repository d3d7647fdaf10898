"""Texts that want something: over the limit, where no text may help, and below it, where only words tell.

The wordings are our own and not those of the policy's list, so that below the limit the figure is what a list
of phrases knows of words it has never seen, and what a model adds.
"""

from collections.abc import Callable, Sequence

from bot.evaluation.kinds.violation import Group, Kind
from bot.evaluation.payment_generator import Case, Ground
from bot.evaluation.planted_texts import FAKE_AUTHORITY, INSTRUCTION, MISMATCH, PERSONAL, PRESSURE

ARGUES = frozenset({"memo_argues", "model_memo_argues"})
MISFITS = frozenset({"model_mismatch", "model_personal", "model_other", "model_unusual_vendor"})


def saying(texts: Sequence[str], over: bool = False) -> Callable[[Ground], Case]:
    """A kind whose payments carry one of these memos, above the limit or of an everyday amount."""

    def plant(on: Ground) -> Case:
        text = on.dice.choice(texts)
        amount = on.amount(on.limit + on.unit, on.limit * 5) if over else on.small()
        return Case((on.pay(amount, on.vendor(), memo=text),), way=text)

    return plant


def mismatch(on: Ground) -> Case:
    vendor, memo = on.dice.choice(MISMATCH)
    return Case((on.pay(on.small(), vendor, memo=memo),), way=f"{vendor}: {memo}")


def _unseen(name: str, means: str, texts: Sequence[str]) -> Kind:
    return Kind(name, means, ARGUES, saying(texts), Group.MODEL)


OVER = ARGUES | {"amount_over_limit"}

KINDS = (
    Kind(
        "fake authority over limit",
        "above the limit, and somebody is said to have agreed",
        OVER,
        saying(FAKE_AUTHORITY, over=True),
        Group.CLAIM,
    ),
    Kind(
        "instruction over limit",
        "above the limit, and the reader is told to let it pass",
        OVER,
        saying(INSTRUCTION, over=True),
        Group.CLAIM,
    ),
    _unseen("fake authority, unseen words", "somebody is said to have agreed", FAKE_AUTHORITY),
    _unseen("instruction, unseen words", "the reader is told what to do", INSTRUCTION),
    _unseen("pressure, unseen words", "haste instead of a purpose", PRESSURE),
    Kind("mismatch", "memo and vendor do not fit each other", MISFITS, mismatch, Group.MODEL),
    Kind("personal", "it looks like private spending", MISFITS, saying(PERSONAL), Group.MODEL),
)
