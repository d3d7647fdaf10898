"""One entry of an audit trail, and where a trail ends."""

from datetime import datetime
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field


class AuditEntry(BaseModel):
    """One entry of the audit trail; entries are only ever added.

    ``event`` says what happened ("submitted", "decided", ...), ``actor`` is a Slack user id, ``finance_bot``
    or the model that read a reply, ``at`` aware UTC, and ``detail`` plain JSON, of a shape for each event.
    """

    model_config = ConfigDict(frozen=True)

    event: str
    actor: str
    at: datetime
    detail: dict[str, Any] = Field(default_factory=dict)


class TrailEnd(NamedTuple):
    """Where an audit trail ends: how many entries it has, and the last one's link."""

    length: int
    link: str
