"""Files of payments that are named on the command line, and what ``--map`` says of them."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bot.cli.failures import CommandError, OpenQuestion
from bot.cli.progress import tracked
from bot.domain.column_mapping import COLUMN_ROLES
from bot.intake import (
    ColumnQuestion,
    Intake,
    IntakeError,
    MappingOf,
    SaidMapping,
    no_mapping,
    read_file,
    read_past_file,
)
from bot.intake.said_mapping import answers_to, column_names


class FilesRead(NamedTuple):
    """The payments of the files, in their order, and those made before where a history was named."""

    files: tuple[Intake, ...]
    history: "PastFile | None"


class PastFile(NamedTuple):
    """A file of payments made before, of any length, which is read a portion at a time."""

    path: Path
    currency: str
    mapping_of: MappingOf

    def portions(self) -> Iterator[Intake]:
        """The payments, in their order; raises ``IntakeError``, perhaps after some, and ``OSError``."""
        try:
            yield from read_past_file(self.path, currency=self.currency, mapping_of=self.mapping_of)
        except IntakeError as error:
            raise IntakeError(f"{self.path}: {error}") from None


class _Read(NamedTuple):
    """What came of one file: its payments, or the question about it.

    ``header`` are the columns of its table, none where it has none. ``mapped`` says whether that was read as
    ``--map`` says.
    """

    path: Path
    found: Intake | ColumnQuestion
    header: tuple[str, ...]
    mapped: bool
    mapping_of: MappingOf


def read_files(
    files: Sequence[Path], currency: str, said: SaidMapping, history: Path | None = None
) -> FilesRead:
    """The payments of files; ``currency`` is that of amounts without one (ISO 4217).

    What was ``said`` holds for each file that has all the columns, and for the history where its header is
    that of such a file, or where there is a question about it. Raises ``OpenQuestion`` where a table has two
    readings, ``CommandError`` where what was said holds for no file, ``IntakeError``, which names the file,
    where one cannot be read, and ``OSError`` where one cannot be opened.
    """
    reads = [_read(file, currency, said) for file in tracked(files, "Reading files", len(files))]
    if history is not None:
        reads.append(_history(history, currency, said, reads))
    _refuse_open(reads, said)
    paid = None if history is None else PastFile(history, currency, reads.pop().mapping_of)
    return FilesRead(tuple(read.found for read in reads if isinstance(read.found, Intake)), paid)


def past_file(file: Path, currency: str, said: SaidMapping) -> PastFile:
    """A file of payments made before, read as was ``said``; raises as ``read_files`` does."""
    read = _read(file, currency, said, first_portion=True)
    _refuse_open([read], said)
    return PastFile(file, currency, read.mapping_of)


def _refuse_open(reads: Sequence[_Read], said: SaidMapping) -> None:
    if said and not any(read.mapped for read in reads):
        raise CommandError(_holds_for_none(reads, said))
    if questions := [read for read in reads if isinstance(read.found, ColumnQuestion)]:
        raise OpenQuestion("\n".join(map(_question, questions)))


def as_options(words: Mapping[str, str]) -> str:
    """How a table was read, as options that would read it so."""
    return " ".join(_option(f"{name}={said}") for name, said in words.items())


def _history(file: Path, currency: str, said: SaidMapping, reads: Sequence[_Read]) -> _Read:
    headers = {read.header for read in reads if read.mapped}
    alone = _attempt(
        file, currency, lambda names: said.of_header(names) if names in headers else None, first_portion=True
    )
    if alone.header in headers or not isinstance(alone.found, ColumnQuestion):
        return alone._replace(mapped=alone.header in headers)
    return _read(file, currency, said, first_portion=True) if said else alone


def _read(file: Path, currency: str, said: SaidMapping, *, first_portion: bool = False) -> _Read:
    """Read a file as was said; where no column is said by its name, its header has to be found first."""

    def attempt(mapping_of: MappingOf) -> _Read:
        return _attempt(file, currency, mapping_of, first_portion=first_portion)

    if not said:
        return attempt(no_mapping)
    if said.has_names:
        return _mapped(attempt(said.of_header), said)
    alone = attempt(no_mapping)
    if not alone.header:
        return alone
    return _mapped(attempt(lambda names: said.of_header(names) if names == alone.header else None), said)


def _mapped(read: _Read, said: SaidMapping) -> _Read:
    return read._replace(mapped=bool(read.header) and not said.missing_in(read.header))


def _attempt(file: Path, currency: str, mapping_of: MappingOf, *, first_portion: bool = False) -> _Read:
    found: Intake | ColumnQuestion
    try:
        if first_portion:
            found = next(read_past_file(file, currency=currency, mapping_of=mapping_of), Intake())
        else:
            found = read_file(file.name, file.read_bytes(), currency=currency, mapping_of=mapping_of)
        header = found.header
    except ColumnQuestion as question:
        found, header = question, question.table.header if question.table else ()
    except IntakeError as error:
        raise IntakeError(f"{file}: {error}") from None
    return _Read(file, found, header, mapped=False, mapping_of=mapping_of)


def _question(read: _Read) -> str:
    assert isinstance(read.found, ColumnQuestion)
    question = read.found
    answers = " or ".join(" ".join(map(_option, answer)) for answer in answers_to(question))
    how = f"Say it with {answers or f'--map {question.asked}=COLUMN'}."
    columns = f" The columns are {column_names(read.header)}." if question.asked in COLUMN_ROLES else ""
    return f"{read.path}: {question.question} {how}{columns}"


def _holds_for_none(reads: Sequence[_Read], said: SaidMapping) -> str:
    table = next((read for read in reads if read.header), None)
    if table is None:
        return "There is no table, so that --map can say nothing of its columns."
    missing = ", ".join(f"“{name}”" for name in said.missing_in(table.header))
    return f"{table.path} has no column {missing}; its columns are {column_names(table.header)}."


def _option(words: str) -> str:
    """An option of ``--map`` as a shell takes it."""
    name, _, said = words.partition("=")
    if re.fullmatch(r"[\w.-]*", said):
        return f"--map {words}"
    if re.search(r'["$`!\\]', said):
        return f"--map {shlex.quote(words)}"
    return f'--map {name}="{said}"'
