"""How long somebody's word counts that they are on a payment, as a policy file has it."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class ClaimSettings(BaseModel):
    """The ``[claims]`` of a policy: after ``minutes`` without a decision a claim releases itself.

    Minutes of the clock, not of working time: whoever says that they are on it means now.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    minutes: Annotated[int, Field(ge=1, le=1440, strict=True)] = 60

    @property
    def life(self) -> timedelta:
        """How long a claim stands where nothing renews it."""
        return timedelta(minutes=self.minutes)
