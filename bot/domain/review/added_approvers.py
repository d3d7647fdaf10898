"""Approvers who were added to one payment: how the trail holds them, and the stage that each is.

Each is one more stage behind those of the route, which nobody takes off again: a correction, a hold, a
decision taken back and a review opened again leave it there.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict

from bot.domain.audit.entry import AuditEntry
from bot.domain.bounds import TEXT_LIMIT, shortened
from bot.domain.conversation import Medium
from bot.domain.matrix import APPROVERS
from bot.domain.routing import Route, Stage

ADDED = "approver_added"
MOST_ADDED = 3  # to one payment
MOST_IN_REVIEW = 100
PERSON = "@"  # begins the group of a stage that is one person; no group of a policy begins so

ANY_APPROVER = Route(stages=(Stage(group=APPROVERS, count=1),))
"""The route of a payment that was judged by a policy without routes."""


class AddedApprover(BaseModel):
    """Who must approve a payment too: by whom that was asked (Slack user ids), when (aware UTC), and why."""

    model_config = ConfigDict(frozen=True)

    ref: int
    person: str
    by: str
    at: datetime
    how: Medium
    reason: str

    @classmethod
    def of(cls, entry: AuditEntry) -> Self:
        """What an entry tells; raises ``ValueError`` where it adds nobody."""
        if entry.event != ADDED:
            raise ValueError("the entry adds nobody")
        return cls.model_validate({"by": entry.actor, "at": entry.at, **entry.detail})

    def entry(self) -> AuditEntry:
        """As the trail holds it."""
        detail = {"ref": self.ref, "person": self.person, "how": self.how.value}
        detail["reason"] = shortened(self.reason, TEXT_LIMIT)
        return AuditEntry(event=ADDED, actor=self.by, at=self.at, detail=detail)


def added_in(entries: Iterable[AuditEntry]) -> tuple[AddedApprover, ...]:
    """Who was added by these entries, in their order."""
    return tuple(AddedApprover.of(entry) for entry in entries if entry.event == ADDED)


def with_added(route: Route | None, added: Sequence[AddedApprover]) -> Route | None:
    """The route with a stage for each who was added, behind all others; unchanged where nobody was."""
    if not added:
        return route
    base = route or ANY_APPROVER
    stages = (Stage(group=f"{PERSON}{approver.person}", count=1) for approver in added)
    return base.model_copy(update={"stages": (*base.stages, *stages)})


def people_in(route: Route) -> tuple[str, ...]:
    """Who was added to a payment with this route, by Slack user id."""
    groups = (stage.group for stage in route.stages)
    return tuple(group[len(PERSON) :] for group in groups if group.startswith(PERSON))
