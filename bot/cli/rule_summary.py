"""What each rule flagged of a batch: how many payments, of what sum, and how many by itself."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bot.domain.judgement import Judgement, Source
from bot.domain.transaction import Transaction


@dataclass
class RuleCount:
    """What one rule flagged, or the model under one code; ``alone`` are those that nothing else flagged.

    ``sums`` are the amounts of its payments in major units, by currency (ISO 4217).
    """

    source: Source
    code: str
    payments: int = 0
    alone: int = 0
    sums: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))


def rule_summary(
    transactions: Sequence[Transaction], judgements: Iterable[Judgement]
) -> tuple[RuleCount, ...]:
    """The rules that flagged something, those with the most payments first.

    ``judgements`` are in the order of ``transactions``. A payment counts once for a rule, however often that
    speaks of it.
    """
    counts: dict[tuple[Source, str], RuleCount] = {}
    for transaction, judgement in zip(transactions, judgements, strict=True):
        names = dict.fromkeys((finding.source, finding.code) for finding in judgement.findings)
        for source, code in names:
            count = counts.setdefault((source, code), RuleCount(source, code))
            count.payments += 1
            count.alone += len(names) == 1
            count.sums[transaction.currency] += transaction.amount
    return tuple(sorted(counts.values(), key=lambda count: (-count.payments, count.code)))
