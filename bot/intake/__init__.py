"""From text, CSV and spreadsheets to transactions, or a named error for each row."""

from bot.intake.files import read_file
from bot.intake.result import MAX_FILE_BYTES, MAX_ROWS, Intake, IntakeError, RowError, join_intakes
from bot.intake.sample import sample
from bot.intake.text import only_bare_lists, read_text

__all__ = [
    "MAX_FILE_BYTES",
    "MAX_ROWS",
    "Intake",
    "IntakeError",
    "RowError",
    "join_intakes",
    "only_bare_lists",
    "read_file",
    "read_text",
    "sample",
]
