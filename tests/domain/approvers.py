"""Approvers in a line, for tests."""

from bot.domain.people import Approvers


def approvers(*people: str) -> Approvers:
    """These people, by Slack's ids."""
    return Approvers(frozenset(people))
