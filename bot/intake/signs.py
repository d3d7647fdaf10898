"""Which sign is money out; where a table does not say, the submitter is asked."""

from collections.abc import Sequence

from bot.domain.transaction import Transaction
from bot.intake.columns import Columns
from bot.intake.question import ColumnQuestion
from bot.intake.vocabulary.words import MONEY_IN

MOST_ROWS_NAMED = 5


def ask_about_signs(columns: Columns, rows: Sequence[Transaction], minus_in_credit: Sequence[int]) -> None:
    """Raise ``ColumnQuestion`` where the signs of the amounts have two readings.

    ``rows`` are those read, with a minus for what comes back; ``minus_in_credit`` are the numbers of the rows
    with a minus under credit, which may mean money that comes back, or money out.
    """
    if columns.credit and minus_in_credit:
        raise ColumnQuestion(
            "money_out",
            f"Is a minus in “{columns.credit.name}” ({_rows(minus_in_credit)}) money out or money back?",
            _HOW,
            values=("minus_in_credit", "plus"),
        )
    if columns.credit and columns.credit.words & MONEY_IN:
        return
    back = [transaction.row or 0 for transaction in rows if transaction.amount < 0]
    paid = sum(transaction.amount > 0 for transaction in rows)
    if len(back) > paid:
        what = "under credit" if columns.credit else "marked as credit" if columns.direction else "negative"
        raise ColumnQuestion(
            "money_out",
            f"Is what is {what} in “{columns.money}” money out or money back? It is most of the amounts "
            f"({_rows(back)}).",
            _HOW,
            values=("minus", "plus"),
        )


_HOW = (
    "Write what is paid in a column “Paid out” and what comes back in a column “Paid in”, both without "
    "signs, and submit again."
)


def _rows(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:MOST_ROWS_NAMED]))
    more = f" and {len(numbers) - MOST_ROWS_NAMED:,} more" if len(numbers) > MOST_ROWS_NAMED else ""
    return f"{'row' if len(numbers) == 1 else 'rows'} {shown}{more}"
