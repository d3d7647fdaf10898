"""How long the personal text of closed reviews is kept, as a policy file has it."""

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

SHORTEST, LONGEST = 31, 390  # days: a review can be opened again for 30, and its state is there for 400


def _not_too_short(days: int) -> int:
    if 0 < days < SHORTEST:
        raise ValueError(
            f"a closed review can be opened again for some time, so keep it {SHORTEST} days at least"
        )
    return days


class RetentionSettings(BaseModel):
    """The ``[retention]`` of a policy: days after which a closed review loses its personal text.

    With ``text_days`` 0 never. Days of 24 hours, counted from the last closing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text_days: Annotated[int, Field(ge=0, le=LONGEST, strict=True), AfterValidator(_not_too_short)] = 0

    @property
    def text_life(self) -> timedelta | None:
        """How long that text is kept, ``None`` for as long as the review."""
        return timedelta(days=self.text_days) if self.text_days else None
