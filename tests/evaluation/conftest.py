"""What the tests of the evaluation share."""

import pytest

from bot.evaluation import hostile_texts
from bot.evaluation.planted_texts import HOSTILE_TEXTS


@pytest.fixture
def two_hostile_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try two of our own hostile texts alone where a test asks for other figures; all take seconds."""
    monkeypatch.setattr(hostile_texts, "HOSTILE_TEXTS", HOSTILE_TEXTS[:2])
