"""The delegation-of-authority matrix as a policy file has it: groups, routes, personal limits, stand-ins.

A policy without any of it has one stage for every payment: one of its ``approvers``.
"""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from bot.domain.judgement import Severity

APPROVERS = "approvers"  # the group that every policy has: those who may decide where no route says otherwise
STAGES = 6  # of a route; more than any matrix in use has, and few enough to be shown on a card
SEATS = 20  # people that one stage may need

Money = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]
CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
SlackUser = Annotated[str, StringConstraints(pattern=r"^[UW][A-Z0-9_]{1,40}$")]
_MEMBER = re.compile(r"[UWS][A-Z0-9_]{1,40}")


def _member(name: str) -> str:
    if not _MEMBER.fullmatch(name):
        raise ValueError("this must be the Slack id of a person (U012AB3CD) or group (S0614TZR7)")
    return name


Member = Annotated[str, AfterValidator(_member)]
GroupName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,40}$")]
Eyes = Annotated[int, Field(ge=1, le=SEATS, strict=True)] | Literal["all", "majority"]


class StageRule(BaseModel):
    """One stage: how many people out of which group, and who steps in where the group has too few."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    group: GroupName = Field(alias="from")
    needs: Eyes = 1
    fallback: GroupName | None = None


class RouteRule(BaseModel):
    """One row of the matrix: which payments take this route, and through which stages.

    Every condition that is given must hold, and of a list one value. ``over`` are amounts in major units by
    currency that the payment must exceed. ``severity`` is the least of its worst finding, ``finding`` are
    codes of findings, ``channel`` ids of the card's channel, ``profile`` names of the profile that judged.
    With ``reject = "stage"`` a rejection counts in its stage alone, and is final where the stage can no
    longer reach its number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
    over: dict[CurrencyCode, Money] = Field(default_factory=dict)
    category: tuple[str, ...] = ()
    vendor: tuple[str, ...] = ()
    finding: tuple[str, ...] = ()
    severity: Severity | None = None
    channel: tuple[str, ...] = ()
    profile: tuple[str, ...] = ()
    stages: tuple[StageRule, ...] = Field(min_length=1, max_length=STAGES)
    reject: Literal["final", "stage"] = "final"

    @property
    def groups(self) -> Iterator[str]:
        """Every group that a stage names."""
        for stage in self.stages:
            yield stage.group
            if stage.fallback:
                yield stage.fallback


class Matrix(BaseModel):
    """The part of a policy that says who must decide.

    ``groups`` are Slack ids of people and user groups by name, ``routes`` the rows in order, of which the
    first that fits is taken, ``last_fallback`` the group for a stage whose own fallback is not enough,
    ``limits_of`` how much a person may approve by currency, in major units, and ``stand_ins`` who acts for
    whom where a person is away and has named nobody.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    groups: dict[GroupName, tuple[Member, ...]] = Field(default_factory=dict)
    routes: tuple[RouteRule, ...] = ()
    last_fallback: GroupName | Literal[""] = ""
    limits_of: dict[SlackUser, Annotated[dict[CurrencyCode, Money], Field(min_length=1)]] = Field(
        default_factory=dict
    )
    stand_ins: dict[SlackUser, SlackUser] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_what_there_is(self) -> Self:
        """A route that names a group which is not there would leave its payments to nobody."""
        if APPROVERS in self.groups:
            raise ValueError(f"groups.{APPROVERS}: that name is taken by the list of approvers")
        names = {APPROVERS, *self.groups}
        for route in self.routes:
            for group in route.groups:
                if group not in names:
                    raise ValueError(f"routes, {route.name}: there is no group {group}")
        if self.last_fallback and self.last_fallback not in names:
            raise ValueError(f"last_fallback: there is no group {self.last_fallback}")
        often = Counter(route.name for route in self.routes)
        if twice := [name for name, count in often.items() if count > 1]:
            raise ValueError(f"routes: two are called {twice[0]}")
        for person, stand_in in self.stand_ins.items():
            if person == stand_in:
                raise ValueError(f"stand_ins.{person}: nobody stands in for themselves")
        return self

    def seats(self, group: str, approvers: tuple[str, ...]) -> tuple[str, ...]:
        """The Slack ids that a group lists; ``approvers`` are those of the policy."""
        return approvers if group == APPROVERS else self.groups.get(group, ())
