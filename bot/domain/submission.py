"""A batch that was handed in and is no review yet: who handed it in, where, and as what."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from bot.domain.column_mapping import ColumnMapping
from bot.domain.transaction import Transaction

# What a batch comes from where that is no file: what people typed, and what the bot makes up.
TEXT, FORM, MESSAGE, SAMPLE = "text", "the form", "a message", "sample payments"
TYPED = frozenset({TEXT, FORM, MESSAGE, SAMPLE})


class RawInput(BaseModel):
    """What was handed in, before anything was read: the text as typed, or a file's name, size and digest.

    ``size`` is in bytes, ``sha256`` (hex) is over them.
    """

    model_config = ConfigDict(frozen=True)

    text: str = ""
    name: str = ""
    size: int = 0
    sha256: str = ""


class AssumedCurrency(BaseModel):
    """The currency that payments were read in which name none (ISO 4217; of several files, a list in words).

    ``rows`` are the payments that named none; 0 where it is not known how many of those that were taken.
    ``in_file`` says whether any of them came in a file.
    """

    model_config = ConfigDict(frozen=True)

    currency: str
    rows: int = 0
    in_file: bool = False


class Origin(BaseModel):
    """Who submits, where the card shall stand, and where the submitter can be told something.

    ``request`` names what the person did (one command, one form, one message): the same request never
    becomes two reviews. ``author`` wrote the payments, where that is somebody else (a message handed in by
    a colleague), and ``brought_by`` uploaded its files or wrote what it forwards. ``source`` is plain words
    ("text", "payments.csv"), ``channel`` where the card goes, and ``told_in`` the channel in which the
    submitter gets private messages. ``columns_said_by`` is who said how its columns are read, where somebody
    had to.
    """

    model_config = ConfigDict(frozen=True)

    team: str
    submitter: str
    request: str
    channel: str
    told_in: str
    author: str = ""
    brought_by: tuple[str, ...] = ()
    source: str
    note: str = ""
    columns_said_by: str = ""


class EarlierBatch(BaseModel):
    """A review in which rows of a batch were submitted before: by whom and when, and how many of them.

    ``submitter`` is empty and ``at`` (aware UTC) ``None`` where the review is gone and its rows alone are
    known.
    """

    model_config = ConfigDict(frozen=True)

    review: str
    submitter: str = ""
    at: datetime | None = None
    rows: int


class Draft(BaseModel):
    """A batch with bad rows, or one that was submitted before; its submitter says what is taken of it.

    ``transactions`` are the good rows, ``problems`` a sentence for each bad one, ``notes`` say how the batch
    was read, ``inputs`` from what. ``earlier`` are the reviews that hold its rows already, the one with most
    of them first; none where the batch is new. ``known`` are then the rows that were submitted before, by
    reference, each with the name of the earlier payment (``#4 of R-7K3F2``). ``at`` (aware UTC) is when it
    was handed in, and ``assumed`` the currency of good rows that name none.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    origin: Origin
    transactions: tuple[Transaction, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()
    inputs: tuple[RawInput, ...] = ()
    earlier: tuple[EarlierBatch, ...] = ()
    known: Mapping[int, str] = {}
    at: datetime | None = None
    assumed: AssumedCurrency | None = None

    @property
    def new(self) -> tuple[Transaction, ...]:
        """The good rows that were not submitted before, as they stand in the batch."""
        return tuple(payment for payment in self.transactions if payment.ref not in self.known)

    @property
    def assumed_of_new(self) -> AssumedCurrency | None:
        """What was assumed of ``new``; for how many of them is known only where no row named a currency."""
        if self.assumed is None:
            return None
        none_named = self.assumed.rows == len(self.transactions)
        return self.assumed.model_copy(update={"rows": len(self.new) if none_named else 0})


class FileRef(BaseModel):
    """A file in Slack, by id; a job fetches it later. ``size`` is in bytes, 0 where Slack states none."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    size: int = 0


class AskedColumns(BaseModel):
    """A question about one table of a submission, which its submitter answers with a mapping.

    ``about`` is the role or the field of the mapping that is asked about; ``key`` names the header, and
    ``columns`` are those that can be chosen, place and name, and ``examples`` the first values of each by its
    place. ``name`` is that of the file and ``file`` its id, both empty for text. ``remembered`` is false for
    a table without a header, whose next file is asked about again. ``number`` counts, from 0, the questions
    of the submission that were answered before.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    about: str
    question: str
    key: str
    header: tuple[str, ...]
    columns: tuple[tuple[int, str], ...]
    examples: Mapping[int, tuple[str, ...]] = {}
    guess: ColumnMapping
    remembered: bool = True
    file: str = ""
    number: int = 0

    @property
    def token(self) -> str:
        """Tells this question from any other of its submission; a job that runs again asks the same."""
        parts = (self.file, self.key, self.about, self.question, str(self.number))
        return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:16]

    @property
    def table(self) -> str:
        """The name under which a submission keeps what was said of this table."""
        return table_key(self.file, self.key)


def table_key(file: str, header: str) -> str:
    """A table of a submission: by the id of its file, empty for text, and the key of its header."""
    return f"{file} {header}".strip()


class FileSubmission(BaseModel):
    """Files received, with any text that came along; ``done`` once their sender has heard of them.

    ``asked`` is what its sender was asked about last, ``said`` what they answered, by table (``table_key``),
    and ``answered`` the tokens of those questions. ``version`` counts the changes of what is stored.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    origin: Origin
    files: tuple[FileRef, ...]
    text: str = ""
    done: bool = False
    asked: AskedColumns | None = None
    said: Mapping[str, ColumnMapping] = {}
    answered: tuple[str, ...] = ()
    version: int = 0
