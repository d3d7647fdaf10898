"""What came of calls to a vendor about a bank account, as the audit trail keeps them.

A payment to an account that is new for its vendor, or known from somebody else, is frozen: no approval of it
counts before somebody has called the vendor on a number that was known before, and noted what was said. Each
call-back stands in the trail alone, and the store keeps only where. A new version of a payment has none.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict, field_validator

from bot.domain.audit.entry import AuditEntry
from bot.domain.bounds import shortened
from bot.domain.review.amendment import CORRECTED

CALLED_BACK = "called_back"
SPOKE_TO = 150  # characters of whom somebody spoke to, and of where else a number is from
NUMBER = 40  # characters of a telephone number
MOST_CALL_BACKS = 20  # of one version of a payment; all of them are read with it


class NumberSource(StrEnum):
    """Where the number is from that was called.

    ``PAYMENT`` is the invoice, message or file that asks for the money, or names the account: who forges one
    forges the number in it too. It is offered so that it can be refused.
    """

    RECORDS = "records"
    EARLIER = "earlier"
    PUBLIC = "public"
    OTHER = "other"
    PAYMENT = "payment"


class CallBackReport(BaseModel):
    """What somebody says of their call to a vendor.

    ``spoke_to`` is whom they spoke to, ``called_at`` when (aware UTC), ``number`` which number they called,
    ``source`` where that is from, with ``source_words`` where it is another than those that are offered, and
    ``confirmed`` whether the vendor has confirmed the account.
    """

    model_config = ConfigDict(frozen=True)

    spoke_to: str
    called_at: AwareDatetime
    number: str
    source: NumberSource
    source_words: str = ""
    confirmed: bool

    @field_validator("spoke_to", "number", "source_words")
    @classmethod
    def _on_one_line(cls, words: str) -> str:
        # It stands inside lines of ours, so it must not be able to fake one.
        return " ".join(words.split())


class CallBack(CallBackReport):
    """A call to a vendor as it was noted: ``by`` whom (a Slack user id), and ``at`` what time, aware UTC."""

    by: str
    at: AwareDatetime


def noted(refs: Sequence[int], report: CallBackReport, by: str, at: datetime) -> AuditEntry:
    """Somebody noted what came of a call about these payments."""
    detail = report.model_dump(mode="json", exclude_defaults=True)
    detail["spoke_to"] = shortened(report.spoke_to, SPOKE_TO)
    detail["number"] = shortened(report.number, NUMBER)
    if report.source_words:
        detail["source_words"] = shortened(report.source_words, SPOKE_TO)
    return AuditEntry(event=CALLED_BACK, actor=by, at=at, detail={"refs": list(refs), **detail})


def refs_in(entry: AuditEntry) -> tuple[int, ...]:
    """References of the payments that an entry tells a call-back of; none for another."""
    return tuple(entry.detail["refs"]) if entry.event == CALLED_BACK else ()


def call_back_in(entry: AuditEntry) -> CallBack:
    """The call-back that an entry tells; raises ``ValueError`` where it tells none."""
    if entry.event != CALLED_BACK:
        raise ValueError("the entry tells no call-back")
    said = {name: value for name, value in entry.detail.items() if name != "refs"}
    return CallBack.model_validate({"by": entry.actor, "at": entry.at, **said})


def call_backs_in(entries: Iterable[AuditEntry]) -> tuple[CallBack, ...]:
    """What counts of the entries about one payment, in their order: those about the version that stands."""
    found: list[CallBack] = []
    for entry in entries:
        if entry.event == CORRECTED:
            found.clear()
        elif entry.event == CALLED_BACK:
            found.append(call_back_in(entry))
    return tuple(found)
