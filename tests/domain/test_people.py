"""Who may act at all, by what Slack says of them and whom the policy admits."""

import pytest

from bot.domain.people import Person, Standing


@pytest.mark.parametrize(
    ("standing", "unnamed", "named"),
    [
        (Standing.MEMBER, True, True),
        (Standing.GUEST, False, True),
        (Standing.STRANGER, False, True),
        (Standing.BOT, False, False),
        (Standing.DEACTIVATED, False, False),
        (Standing.UNKNOWN, False, False),
    ],
)
def test_the_policy_admits_outsiders_and_no_bot_no_closed_account_and_nobody_unknown(
    standing: Standing, unnamed: bool, named: bool
) -> None:
    person = Person("U_ANA", standing)
    assert person.is_admitted(()) is unnamed
    assert person.is_admitted(("U_BEN", "U_ANA")) is named
