"""What the settings of all rules are made of."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

ShareOfLimit = Annotated[Decimal, Field(ge=0, le=1, allow_inf_nan=False)]
Times = Annotated[Decimal, Field(ge=0, le=100, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=0, le=3660)]
Phrases = tuple[Annotated[str, Field(min_length=2, max_length=80)], ...]


class RuleSettings(BaseModel):
    """One ``[rules.<name>]`` table of the policy file; a key that is not declared is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
