"""Made-up payments are many, lawful and repeatable."""

import pytest

from bot.domain.judgement import Verdict
from bot.domain.policy import default_policy, judge_by_policy
from bot.intake import IntakeError, sample


def test_a_sample_is_as_long_as_asked_and_the_same_for_the_same_seed() -> None:
    assert len(sample()) == 3
    assert [transaction.ref for transaction in sample(300, seed=4)] == list(range(1, 301))
    assert sample(50, seed=4) == sample(50, seed=4) != sample(50, seed=5)


def test_a_sample_shows_both_verdicts() -> None:
    verdicts = [judgement.verdict for judgement in judge_by_policy(default_policy(), sample(300, seed=1))]
    assert 60 < verdicts.count(Verdict.FLAGGED) < 240


@pytest.mark.parametrize("count", [0, -1, 301])
def test_a_sample_has_bounds(count: int) -> None:
    with pytest.raises(IntakeError, match="1 to 300"):
        sample(count)
