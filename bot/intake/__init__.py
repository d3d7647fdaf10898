"""From text, CSV and spreadsheets to transactions, or a named error for each row."""

from bot.intake.files import read_file
from bot.intake.past_file import read_past_file
from bot.intake.question import ROLE_WORDS, ColumnQuestion, MappingOf, Table, no_mapping
from bot.intake.result import (
    MAX_FILE_BYTES,
    MAX_ROWS,
    Intake,
    IntakeError,
    RowError,
    join_intakes,
    refuse_too_many,
)
from bot.intake.said_mapping import SaidMapping
from bot.intake.sample import sample
from bot.intake.table import read_table
from bot.intake.text import only_bare_lists, read_text

__all__ = [
    "MAX_FILE_BYTES",
    "MAX_ROWS",
    "ROLE_WORDS",
    "ColumnQuestion",
    "Intake",
    "IntakeError",
    "MappingOf",
    "RowError",
    "SaidMapping",
    "Table",
    "join_intakes",
    "no_mapping",
    "only_bare_lists",
    "read_file",
    "read_past_file",
    "read_table",
    "read_text",
    "refuse_too_many",
    "sample",
]
