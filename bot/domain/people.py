"""People by what Slack says of them, and who of them may decide. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Standing(StrEnum):
    """What somebody is to the workspace, or the organisation, that installed the bot."""

    MEMBER = "member"  # a full member
    GUEST = "guest"  # let into single channels
    STRANGER = "stranger"  # of another organisation, in a shared channel
    BOT = "bot"  # an app, a workflow or Slackbot
    DEACTIVATED = "deactivated"
    UNKNOWN = "unknown"  # Slack does not say, or not in full


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: a Slack user id, and what they are to the installation."""

    id: str
    standing: Standing

    def is_admitted(self, named: Collection[str]) -> bool:
        """Whether this person may act at all; ``named`` are the outsiders whom the policy admits, by id.

        A bot, a deactivated account and somebody of whom Slack tells nothing never are.
        """
        if self.standing is Standing.MEMBER:
            return True
        return self.standing in {Standing.GUEST, Standing.STRANGER} and self.id in named


@dataclass(frozen=True, slots=True)
class Approvers:
    """Who may decide about a review at this moment, by Slack's ids.

    ``people`` are all of them as far as Slack says, those of groups too. With ``anyone`` that is every full
    member of the review's channel, and ``people`` holds only whom somebody asked about. ``established`` is
    false where Slack did not say who is in a group or in the channel.

    ``groups`` are the people of each group of the policy, as far as Slack says, and ``untold`` the names of
    those of which it does not (``""`` is the list of approvers). ``named`` are those of its list of approvers
    (``None``: all of ``people``), and ``away`` who is absent, with who stands in for them or ``""``.
    ``limits`` say how much somebody may approve by currency, in major units, and ``rates`` what a unit of a
    currency is worth. ``added`` are those who may act in this review alone, since they were added to one of
    its payments or stand in for somebody who was.
    """

    people: frozenset[str] = frozenset()
    anyone: bool = False
    established: bool = True
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    untold: frozenset[str] = frozenset()
    named: frozenset[str] | None = None
    away: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    added: frozenset[str] = frozenset()

    def in_groups(self, approvers: str) -> dict[str, frozenset[str]]:
        """Who is in each group; ``approvers`` is the name of the list of approvers among them."""
        return {**self.groups, approvers: self.people if self.named is None else self.named}

    def untold_groups(self, approvers: str) -> frozenset[str]:
        """The groups of which not everybody is known; ``approvers`` is the name of the list of approvers."""
        others = self.untold - {""}
        return others | {approvers} if self.anyone or "" in self.untold else others

    def unable(self, amount: Decimal, currency: str) -> frozenset[str]:
        """Who may not approve so much; limits in other currencies count by the rates."""
        return frozenset(user for user in self.limits if not self._may_approve(user, abs(amount), currency))

    def _may_approve(self, user: str, size: Decimal, currency: str) -> bool:
        own = self.limits[user]
        if not own or currency in own:
            return not own or size <= own[currency]
        worth = self.rates.get(currency)
        known = [limit * self.rates[other] for other, limit in own.items() if other in self.rates]
        return worth is not None and bool(known) and size * worth <= min(known)

    @property
    def is_nobody(self) -> bool:
        """Whether it is known that the policy lets nobody decide."""
        return not self.people and not self.anyone and self.established


@dataclass(frozen=True, slots=True)
class Deciders:
    """Whom the messages of a review ask to decide.

    ``named`` are Slack's ids of people and groups, as the policy has them; with ``anyone`` it is every full
    member of the channel. ``stuck`` is whether none of them may decide, since each brought the payments or
    may not act here at all;
    ``others`` are some people of the channel who could be named then. ``too_few`` are the groups of stages
    that nobody can fill now, with the references of the payments that wait for them.
    """

    named: tuple[str, ...] = ()
    anyone: bool = False
    stuck: bool = False
    others: tuple[str, ...] = ()
    too_few: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def is_nobody(self) -> bool:
        """Whether nobody may decide at all."""
        return self.stuck or not (self.named or self.anyone)


NOBODY = Approvers()
