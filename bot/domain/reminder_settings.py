"""When people are reminded of payments that wait, as a policy file has it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.matrix import GroupName, SlackUser

MOST_DAYS = 200  # working days; a calendar is looked at for little more than a year


class ReminderSettings(BaseModel):
    """The ``[reminders]`` of a policy, in working time of its ``[calendar]``; 0 switches a part off.

    Whoever can decide is reminded when payments have waited ``first_hours``, and every ``every_days`` after
    that. After ``escalate_days`` the group ``escalate_to`` (empty: those who may decide) is asked in the
    thread. After ``expire_days`` the review is closed, and what waits is not approved. ``not_to`` are people
    who may decide and want no reminders. Days on which payments are due, or a discount ends, are near within
    ``near_days`` of the calendar: then they come first, and the first reminder comes a working day before.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_hours: Annotated[int, Field(ge=0, le=MOST_DAYS, strict=True)] = 4
    every_days: Annotated[int, Field(ge=0, le=MOST_DAYS, strict=True)] = 1
    escalate_days: Annotated[int, Field(ge=0, le=MOST_DAYS, strict=True)] = 2
    escalate_to: GroupName | Literal[""] = ""
    expire_days: Annotated[int, Field(ge=0, le=MOST_DAYS, strict=True)] = 10
    near_days: Annotated[int, Field(ge=0, le=100, strict=True)] = 7
    not_to: tuple[SlackUser, ...] = ()
