"""What somebody types to say that they are away."""

from datetime import date

import pytest

from bot.domain.replies.away import BACKWARDS, OVER, TOO_FAR, TOO_LONG, UNCLEAR, SaidAway, read_away

SUNDAY = date(2026, 11, 29)


def days(first: tuple[int, int], last: tuple[int, int], who: str = "", year: int = 2026) -> SaidAway:
    return SaidAway(date(2026, *first), date(year, *last), who)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("until Tuesday, chi stands in", days((11, 29), (11, 30), "chi")),
        ("until Monday", days((11, 29), (11, 29))),
        ("from 3 Dec to 14 Dec", days((12, 3), (12, 14))),
        ("from 3 Dec until 14 Dec", days((12, 3), (12, 13))),
        ("from Dec 3 through December 14, @chi stands in for me", days((12, 3), (12, 14), "@chi")),
        ("until 2026-12-14 <@U2|chi> stands in", days((11, 29), (12, 13), "<@U2|chi>")),
        ("today", days((11, 29), (11, 29))),
        ("tomorrow, and Chi Nwosu stands in.", days((11, 30), (11, 30), "Chi Nwosu")),
        ("from Friday to Monday", days((12, 4), (12, 7))),
        ("until sunday", days((11, 29), (12, 5))),  # of today's name: the next one
        ("from 28 Dec to 4 Jan", days((12, 28), (1, 4), year=2027)),
        ("through 14 Dec 2026", days((11, 29), (12, 14))),
        ("3rd of Dec", days((12, 3), (12, 3))),
    ],
)
def test_days_and_who_stands_in(text: str, said: SaidAway) -> None:
    assert read_away(text, SUNDAY) == said


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("for a while", UNCLEAR),
        ("until 12/03", UNCLEAR),
        ("until Monday or so", UNCLEAR),
        ("until Monday, chi", UNCLEAR),
        ("until 31 Feb", UNCLEAR),
        ("until whenever", UNCLEAR),
        ("until today", BACKWARDS),
        ("from 2026-12-14 to 2026-12-03", BACKWARDS),
        ("from 2026-11-01 to 2026-11-05", OVER),
        ("until 2029-01-01", TOO_LONG),
        ("9999-12-31", TOO_FAR),
        ("on 2029-12-05", TOO_FAR),
    ],
)
def test_what_is_unclear_is_answered_with_a_sentence(text: str, sentence: str) -> None:
    assert read_away(text, SUNDAY) == sentence
