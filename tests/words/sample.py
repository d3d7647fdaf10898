"""One review in every state, as samples of what people read; everything in it is made up."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bot.domain.conversation import DecisionKind, Medium, Party, Turn, TurnKind
from bot.domain.judgement import Finding, Judgement, Severity, Source
from bot.domain.policy import HumanInputMode, VendorPast
from bot.domain.review.amendment import Amendment
from bot.domain.review.call_backs import CallBack, NumberSource
from bot.domain.review.decision import Decision
from bot.domain.review.ranking import Rank
from bot.domain.review.remarks import EvidenceFile, Remark, RemarkKind
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.submission import Origin
from bot.domain.transaction import Transaction

NOW = datetime(2026, 11, 22, 12, 4, tzinfo=UTC)
APPROVED, REJECTED, HELD = DecisionKind.APPROVED, DecisionKind.REJECTED, DecisionKind.HELD
OVER = Finding(
    source=Source.RULE,
    code="amount_over_limit",
    evidence="USD 12,000.00 is above the limit of USD 10,000.00",
    severity=Severity.HIGH,
    policy="limits.USD = 10000",
)
TWICE = Finding(
    source=Source.RULE,
    code="duplicate_payment",
    evidence="the same invoice as #2, USD 12,000.00",
    policy="rules.duplicate_payment.days = 30",
    about=("#2",),
)
VAGUE = Finding(source=Source.MODEL, code="model_vague_memo", evidence="no purpose is named")
ROUND = Finding(
    source=Source.RULE,
    code="round_amount",
    evidence="USD 4,000.00 is a round sum",
    severity=Severity.LOW,
    policy="rules.round_amount.on = true",
)
PAST = VendorPast(14, Decimal(400), "USD", date(2026, 10, 12))
ORIGIN = Origin(
    team="T1",
    submitter="U_ANA",
    request="r-1",
    channel="C_FINANCE",
    told_in="C_FINANCE",
    source="payments.csv",
)


def state(**changes: Any) -> ReviewState:
    """A review of four payments: one approved automatically, two undecided, one on hold."""
    values: dict[str, Any] = {
        "team": "T1",
        "id": "R-7K3F2",
        "request": "r-1",
        "channel": "C_FINANCE",
        "submitter": "U_ANA",
        "created_at": NOW,
        "source": "payments.csv",
        "mode": HumanInputMode.ALWAYS,
        "policy_version": "0123456789ab",
        "model": "policy-only",
        "digest": "d" * 64,
        "status": ReviewStatus.WAITING,
        "total": 4,
        "totals": {"USD": Decimal(29500)},
        "judged": 4,
        "flagged": 3,
        "undecided": 2,
        "held": 1,
        "high_risk": 1,
        "sums": {"undecided": {"USD": Decimal(24000)}, "held": {"USD": Decimal(4000)}},
    }
    return ReviewState.model_validate(values | changes)


def settled(status: ReviewStatus = ReviewStatus.WAITING, **changes: Any) -> ReviewState:
    """The same review with everything decided."""
    sums = {"approved": {"USD": Decimal(12000)}, "rejected": {"USD": Decimal(16000)}}
    counts: dict[str, Any] = {"undecided": 0, "held": 0, "approved": 1, "rejected": 2, "high_risk": 0}
    return state(status=status, sums=sums, concluded=True, **(counts | changes))


def closed(**changes: Any) -> ReviewState:
    """The same review, closed with payments that nobody decided about."""
    return state(**({"status": ReviewStatus.CLOSED, "closed_at": NOW} | changes))


def payment(ref: int = 2, amount: int = 12000, vendor: str = "Acme Corp", **fields: Any) -> Transaction:
    """A payment as it was read of row ``ref`` + 1."""
    usual = {"memo": "Reimbursement", "invoice": "INV-77", "row": ref + 1, "date": date(2026, 11, 20)}
    return Transaction(ref=ref, amount=Decimal(amount), currency="USD", vendor=vendor, **(usual | fields))


def entry(
    ref: int = 2, *found: Finding, paid: Transaction | None = None, pair: int = 0, **changes: Any
) -> ReviewedTransaction:
    """A payment with what was found about it."""
    rank = Rank(ref, 3.0, Severity.HIGH, 1.2, 1, 1, pair, PAST)
    judged = Judgement(ref=ref, findings=found)
    values: dict[str, Any] = {"transaction": paid or payment(ref), "judgement": judged, "rank": rank}
    return ReviewedTransaction(**(values | changes))


def decision(kind: DecisionKind, ref: int = 2, reason: str = "", **changes: Any) -> Decision:
    """What ben decided by a click."""
    values: dict[str, Any] = {"by": "U_BEN", "at": NOW, "how": Medium.BUTTON, "content_hash": "0"}
    return Decision(ref=ref, kind=kind, reason=reason, **(values | changes))


def decided(kind: DecisionKind, ref: int = 2, reason: str = "") -> ReviewedTransaction:
    """A payment above the limit about which ben has decided."""
    return entry(ref, OVER, decision=decision(kind, ref, reason))


def remark(kind: RemarkKind, text: str = "", **changes: Any) -> Remark:
    """What somebody asked, answered, noted or showed about payment 2."""
    return Remark(**({"kind": kind, "ref": 2, "by": "U_BEN", "at": NOW, "text": text, "place": 3} | changes))


QUESTION = remark(RemarkKind.QUESTION, "Which project is this?", to="U_ANA")
RECEIPT = EvidenceFile(id="F1", name="receipt.pdf", size=48213, sha256="a" * 64, link="https://example.com/f")
UNREADABLE = EvidenceFile(id="F2", name="scan.pdf", problem="It is larger than 20 MB, so it was not read.")
REMARKS = (
    QUESTION,
    remark(RemarkKind.ANSWER, "The trade fair.", by="U_ANA", question=3, files=("receipt.pdf",), place=4),
    remark(RemarkKind.EVIDENCE, by="U_ANA", file=RECEIPT, place=5),
    remark(RemarkKind.NOTE, "called them", place=6),
)

FIRST = entry(2, OVER)
SECOND = entry(3, TWICE, VAGUE, pair=2)
ON_HOLD = entry(
    4, ROUND, paid=payment(4, 4000, "CyberSins Ltd"), decision=decision(HELD, 4, "waiting for a receipt")
)
CORRECTED = entry(
    2,
    OVER,
    earlier=(payment(2, 15000, "Acme"),),
    amended=Amendment(ref=2, by="U_ANA", at=NOW, how=Medium.BUTTON, payment=payment()),
)
REJUDGED = CORRECTED.model_copy(update={"rejudging": True})
WITHDRAWN = entry(2, OVER, withdrawal=Amendment(ref=2, by="U_ANA", at=NOW, how=Medium.BUTTON))
AUTOMATIC = entry(1, paid=payment(1, 1500, "Unicorn LLC", memo="Quarterly supplies", invoice=None))


def turn(text: str, form: TurnKind = TurnKind.PLAIN, who: Party = Party.FINANCE_BOT, **changes: Any) -> Turn:
    """A message of the conversation."""
    how = Medium.API if who is Party.FINANCE_BOT else Medium.BUTTON
    return Turn(**({"who": who, "how": how, "text": text, "at": NOW, "form": form, "seq": 3} | changes))


NEW_ACCOUNT = Finding(
    source=Source.RULE,
    code="changed_bank_details",
    evidence="the account ending in 2051 is another than the one ending in 6819 that #2 of R-2B4C6 went to",
    severity=Severity.HIGH,
)
FROZEN = entry(2, NEW_ACCOUNT, paid=payment(account="DE02120300000000202051"))
CALL = CallBack(
    by="U_BEN",
    at=NOW,
    called_at=NOW,
    spoke_to="Maria Novak, accounts receivable",
    number="+44 20 7946 0018",
    source=NumberSource.EARLIER,
    confirmed=True,
)
CALLED = FROZEN.model_copy(update={"call_backs": (CALL,)})
NOT_CONFIRMED = FROZEN.model_copy(
    update={"call_backs": (CALL, CALL.model_copy(update={"by": "U_CHI", "confirmed": False}))}
)
