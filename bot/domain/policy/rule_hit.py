"""What a rule answers about a payment that it flags, and the wording that all rules share."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

_STATUS = re.compile(r" \((?:approved|waiting|rejected|held)\)$")  # behind the name of a past payment
MOST_NAMED = 6  # other payments that one piece of evidence names; further ones are only counted


@dataclass(frozen=True, slots=True)
class RuleHit:
    """What a rule found about one payment.

    ``evidence`` is one plain phrase for a human. ``policy_line`` is the setting of the policy that the rule
    goes by, such as ``limits.GBP = 10000``, or only its key where the setting is a long list. ``about`` are
    the other payments that the evidence is about, as it names them.
    """

    evidence: str
    policy_line: str
    about: Sequence[str] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the first of those payments, without what became of them: ``#4 of R-7K3F2``."""
        return tuple(_STATUS.sub("", name) for name in self.about[:MOST_NAMED])


def cite_setting(key: str, value: object) -> str:
    """A setting of the policy as a finding cites it: ``rules.split_payment.days = 7``.

    Decimals are written without an exponent and truth values as TOML writes them.
    """
    if isinstance(value, bool):
        return f"{key} = {str(value).lower()}"
    return f"{key} = {value:f}" if isinstance(value, Decimal) else f"{key} = {value}"


def list_payment_names(names: Sequence[str], total: int | None = None) -> str:
    """The names of payments as one phrase: ``#4``, ``#4 and #9 of R-7K3F2``, ``#4, #5 and 12 more``.

    ``names`` holds at least one name; ``total`` is the number of payments in all, where ``names`` holds only
    the first of them. At most ``MOST_NAMED`` parts are written.
    """
    count = len(names) if total is None else total
    parts = list(names[:MOST_NAMED])
    if count > len(parts):
        parts = [*parts[: MOST_NAMED - 1], f"{count - min(len(parts), MOST_NAMED - 1):,} more"]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
