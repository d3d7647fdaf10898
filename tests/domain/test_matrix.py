"""What a delegation-of-authority matrix may not say."""

from typing import Any

import pytest
from pydantic import ValidationError

from bot.domain.matrix import Matrix


@pytest.mark.parametrize(
    "wrong",
    [
        {"limits_of": {"U_BEN": {}}},  # it would read as no limit at all
        {"last_fallback": "board"},
        {"stand_ins": {"U_BEN": "U_BEN"}},
        {"groups": {"approvers": ["U_BEN"]}},
        {"routes": [{"name": "all", "stages": [{"from": "board"}]}]},
        {"groups": {"board": ["U_BEN"]}, "routes": [{"name": "all", "stages": [{"from": "board"}]}] * 2},
    ],
)
def test_a_matrix_that_would_leave_payments_to_nobody_or_anybody_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Matrix.model_validate(wrong)
