"""A file to measure on, and the file with the violations of one kind put into it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

from bot.domain.policy import History, Policy, history_of, past_payments_from
from bot.domain.transaction import Transaction
from bot.evaluation.kinds import Violation, ViolationKind
from bot.evaluation.payment_generator import CannotPlant, PaymentGenerator


@dataclass(frozen=True)
class EvaluationFile:
    """One file: what was paid before, the rows to be judged, and the day on which they are submitted.

    The rows are numbered from 1 in their order and hold no planted violations.
    """

    name: str
    past: tuple[Transaction, ...]
    rows: tuple[Transaction, ...]
    today: dt.date

    @classmethod
    def halves(cls, name: str, transactions: Sequence[Transaction]) -> "EvaluationFile":
        """A file whose earlier half is the past of the later one; rows of one day stay together.

        Rows without a date belong to the later half. Raises ``ValueError`` where no row has a date.
        """
        dates = sorted(transaction.date for transaction in transactions if transaction.date)
        if not dates:
            raise ValueError(f"{name} has no dates, and its earlier half is the past of the later")
        middle = dates[len(dates) // 2]
        earlier: list[Transaction] = []
        later: list[Transaction] = []
        for transaction in transactions:
            is_early = transaction.date is not None and transaction.date < middle
            (earlier if is_early else later).append(transaction)
        return cls(name, tuple(earlier), numbered(later), dates[-1])

    @classmethod
    def after(
        cls, name: str, past: Sequence[Transaction], transactions: Sequence[Transaction]
    ) -> "EvaluationFile":
        """All rows of a file, with another file's payments as the past.

        Raises ``ValueError`` where no row has a date.
        """
        dates = [transaction.date for transaction in transactions if transaction.date]
        if not dates:
            raise ValueError(f"{name} has no dates, and violations are planted on days")
        return cls(name, tuple(past), numbered(transactions), max(dates))

    @cached_property
    def history(self) -> History:
        """The past as the policy reads it, every payment of it approved."""
        return history_of(self.past, "the past")

    @property
    def is_cards(self) -> bool:
        """Whether it is a statement of purchase cards: most rows name a card, or the file is called so."""
        return 2 * sum(bool(row.card) for row in self.rows) > len(self.rows) or "card" in self.name.casefold()

    def generator(self, kind: ViolationKind, policy: Policy, seed: int) -> PaymentGenerator:
        """A new generator for one kind; equal seeds draw equal violations."""
        random = Random(f"{seed} {self.name} {kind.name}")
        return PaymentGenerator(policy, self.past, self.rows, self.today, random)


@dataclass(frozen=True)
class PlantedFile:
    """A file with violations in it; the clean rows come first and keep their references.

    ``planted`` names each row to be found by its reference, with its violation. ``clean`` is the number of
    clean rows.
    """

    rows: tuple[Transaction, ...]
    history: History
    planted: tuple[tuple[int, Violation], ...]
    clean: int


def violations_of(
    kind: ViolationKind, generator: PaymentGenerator, count: int
) -> tuple[list[Violation], str]:
    """Up to ``count`` violations of a kind, and in words why they are not more (empty where they are not)."""
    violations: list[Violation] = []
    try:
        while len(violations) < count:
            violations.append(kind.plant(generator))
    except CannotPlant as why:
        return violations, str(why)
    return violations, ""


def with_violations(file: EvaluationFile, violations: Sequence[Violation]) -> PlantedFile:
    """The file with these violations after its own rows, and their past payments in its history."""
    beside = [row for violation in violations for row in violation.beside]
    placed = [(row, violation) for violation in violations for row in violation.rows]
    rows = numbered([*file.rows, *beside, *(row for row, _ in placed)])
    before = numbered([payment for violation in violations for payment in violation.before])
    history = History(
        vendors=file.history.vendors | {payment.vendor for payment in before},
        payments=(*file.history.payments, *past_payments_from(before, "the planted past")),
        extent=file.history.extent,
    )
    first_ref = len(file.rows) + len(beside) + 1
    planted = tuple((ref, violation) for ref, (_, violation) in enumerate(placed, start=first_ref))
    return PlantedFile(rows, history, planted, len(file.rows))


def numbered(rows: Iterable[Transaction]) -> tuple[Transaction, ...]:
    """These rows as one batch: with the references 1, 2, 3 and so on."""
    return tuple(row.model_copy(update={"ref": ref}) for ref, row in enumerate(rows, start=1))
