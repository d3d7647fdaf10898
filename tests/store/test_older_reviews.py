"""What a review lacks is read from its state and what stands beside it."""

from typing import Any

import pytest

from bot.store import Lack
from bot.store.older_reviews import Beside, lacking
from bot.store.review_lists import MOST


@pytest.mark.parametrize(
    ("changed", "beside", "lacks"),
    [
        ({}, {}, ()),
        ({"status": ""}, {"listed": None, "ranks": 0}, ()),  # still being judged: the default is not stored
        ({}, {"listed": None, "length": 3}, (Lack.INDEX,)),
        ({}, {"listed": None, "length": MOST, "oldest": 1e12}, ()),  # the list keeps newer ones
        ({}, {"ranks": 0}, (Lack.ORDER,)),
        ({"flagged": ""}, {"ranks": 0}, ()),
        ({"sums": ""}, {}, (Lack.SUMS,)),
        ({"held": "2"}, {"holds": 1}, (Lack.HOLDS,)),
        ({"waits_since": ""}, {}, (Lack.TIMER,)),
        ({"waits_since": "", "undecided": ""}, {}, ()),
        ({"status": "closed", "waits_since": ""}, {}, (Lack.CLOSING,)),
        ({"status": "closed", "closed_at": "2026-11-29T10:00:00Z"}, {}, ()),
    ],
)
def test_what_a_review_lacks(
    changed: dict[str, str], beside: dict[str, Any], lacks: tuple[Lack, ...]
) -> None:
    fields = {
        **{"submitter": "U1", "created_at": "2026-11-29T09:00:00Z", "status": "waiting", "flagged": "2"},
        **{
            "undecided": "2",
            "held": "",
            "sums": "{}",
            "waits_since": "2026-11-29T09:00:00Z",
            "closed_at": "",
        },
        **changed,
    }
    known = {"holds": 0, "ranks": 2, "listed": 1.0, "length": 1, "oldest": 1.0, **beside}
    assert lacking(fields, Beside(**known)) == lacks
