"""Files of payments that are named on the command line."""

from pathlib import Path

from bot.intake import Intake, IntakeError, read_file


def read_payments(file: Path, currency: str) -> Intake:
    """The payments of a file; ``currency`` is that of amounts without one (ISO 4217).

    Raises ``IntakeError``, which names the file, and ``OSError`` where it cannot be opened.
    """
    try:
        return read_file(file.name, file.read_bytes(), currency=currency)
    except IntakeError as error:
        raise IntakeError(f"{file}: {error}") from None
