"""A batch on its way in: who hands it in, from where, and what is not yet a review."""

from pydantic import BaseModel, ConfigDict

from bot.domain.transaction import Transaction


class RawInput(BaseModel):
    """What was handed in, before anything was read: the text as typed, or a file's name, size and digest.

    ``size`` is in bytes, ``sha256`` (hex) is over them.
    """

    model_config = ConfigDict(frozen=True)

    text: str = ""
    name: str = ""
    size: int = 0
    sha256: str = ""


class Origin(BaseModel):
    """Who submits, where the card shall stand, and where the submitter can be told something.

    ``request`` names what the person did (one command, one form, one message): the same request never
    becomes two reviews. ``author`` wrote the payments, where that is somebody else (a message handed in by
    a colleague). ``source`` is plain words ("text", "payments.csv").
    """

    model_config = ConfigDict(frozen=True)

    team: str
    submitter: str
    request: str
    channel: str
    told_in: str
    author: str = ""
    source: str
    note: str = ""


class Draft(BaseModel):
    """A batch with bad rows; nothing of it is taken before its submitter says so."""

    model_config = ConfigDict(frozen=True)

    id: str
    origin: Origin
    transactions: tuple[Transaction, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()
    inputs: tuple[RawInput, ...] = ()


class FileRef(BaseModel):
    """A file in Slack, by id; it is fetched later, by a job."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str


class FileSubmission(BaseModel):
    """Files received, with any text that came along; ``done`` once their sender has heard of them."""

    model_config = ConfigDict(frozen=True)

    id: str
    origin: Origin
    files: tuple[FileRef, ...]
    text: str = ""
    done: bool = False
