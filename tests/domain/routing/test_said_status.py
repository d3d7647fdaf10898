"""Which status in Slack reads like an absence."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.routing.said_status import SaidStatus

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "emoji", "away"),
    [
        ("Holiday until the 5th", "", True),
        ("On vacation", ":spiral_calendar_pad:", True),
        ("OOO", "", True),
        ("im Urlaub", "", True),
        ("Congés d'été", "", True),
        ("", ":palm_tree:", True),
        ("In a meeting", ":calendar:", False),
        ("Commuting", ":bus:", False),
        ("Working remotely", ":house_with_garden:", False),
        ("booking holidaymakers", "", False),
        ("", "", False),
    ],
)
def test_usual_words_and_emoji_of_an_absence_are_known(text: str, emoji: str, away: bool) -> None:
    assert SaidStatus(text, emoji).says_away(NOW) is away


def test_a_status_that_is_over_and_a_quiet_night_say_nothing() -> None:
    assert not SaidStatus("Holiday", until=NOW).says_away(NOW)
    assert SaidStatus("Holiday", until=NOW + timedelta(hours=1)).says_away(NOW)
    assert not SaidStatus(quiet_until=NOW + timedelta(hours=14)).says_away(NOW)
    assert SaidStatus(quiet_until=NOW + timedelta(days=4)).says_away(NOW)


def test_each_status_has_a_name_of_its_own() -> None:
    one = SaidStatus("Holiday", until=NOW)
    assert one.fingerprint == SaidStatus("Holiday", until=NOW).fingerprint
    assert one.fingerprint != SaidStatus("Holiday", until=NOW + timedelta(days=7)).fingerprint
    # Nights come and go beside a status; they make no new one of it.
    assert one.fingerprint == SaidStatus("Holiday", until=NOW, quiet_until=NOW).fingerprint
