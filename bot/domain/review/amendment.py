"""What whoever brought a payment changes of it while it is open, as the audit trail holds it.

A correction makes the next version of a payment, under the same reference; a withdrawal ends it. The trail
keeps all versions: the first one in its rows, each later one in an entry of its own.
"""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict

from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import Medium
from bot.domain.transaction import STORED, Transaction

CORRECTED, WITHDRAWN = "amended", "withdrawn"

# The events whose entries hold what whoever brought a payment changed of it. (A decision that its author
# replaces is "corrected".)
AMENDING = (CORRECTED, WITHDRAWN)


class Amendment(BaseModel):
    """A correction or a withdrawal: by whom (a Slack user id), when (aware UTC), and by which way.

    ``payment`` is the version that a correction made, ``None`` for a withdrawal.
    """

    model_config = ConfigDict(frozen=True)

    ref: int
    by: str
    at: datetime
    how: Medium
    payment: Transaction | None = None

    @classmethod
    def of(cls, entry: AuditEntry, ref: int) -> Self:
        """The amendment that an entry tells; raises ``ValueError`` where it tells none of this payment."""
        detail = entry.detail
        if entry.event not in AMENDING or detail["ref"] != ref:
            raise ValueError(f"the entry amends nothing of #{ref}")
        corrects = entry.event == CORRECTED
        payment = Transaction.model_validate(detail["payment"], context=STORED) if corrects else None
        return cls(ref=ref, by=entry.actor, at=entry.at, how=Medium(detail["how"]), payment=payment)

    def entry(self, version: int) -> AuditEntry:
        """As the trail holds it; ``version`` is the one that a correction makes, or that is withdrawn."""
        detail = {"ref": self.ref, "version": version, "how": self.how.value}
        if self.payment is None:
            return AuditEntry(event=WITHDRAWN, actor=self.by, at=self.at, detail=detail)
        given = self.payment.model_dump(mode="json", exclude_none=True)
        return AuditEntry(event=CORRECTED, actor=self.by, at=self.at, detail={**detail, "payment": given})


def amended_in(entry: AuditEntry) -> tuple[int, ...]:
    """The reference of the payment that an entry amends; none where it is about something else."""
    return (int(entry.detail["ref"]),) if entry.event in AMENDING else ()
