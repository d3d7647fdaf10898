"""A small review with its evidence, all as it should be, for tests that then spoil one thing of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.domain.audit.entry import AuditEntry
from bot.domain.conversation import DecisionKind, Medium, Party, Turn, TurnKind
from bot.domain.judgement import Finding, Judgement, Source
from bot.domain.people import Deciders
from bot.domain.policy import HumanInputMode
from bot.domain.review.audit_entries import decided
from bot.domain.review.decision import FINANCE_BOT, Decision
from bot.domain.review.review import Review
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState, ReviewStatus
from bot.domain.text import CAN_SAY, headline
from bot.domain.transaction import Transaction
from handlers.views.card import card
from tests.chaos.evidence import Evidence
from tests.chaos.records import EVENT, Delivered, Records, Shown, steps_of
from tests.chaos.stored import Stored
from tests.chaos.town import TEAM
from tests.chaos.wishes import BY_BUTTON, BY_COMMAND, Aim, Json, Wish

ID, CHANNEL, CARD = "R-7K3F2", "C_001", "100.000000"
START = datetime(2026, 11, 22, 12, tzinfo=UTC)
APPROVERS = ("U_P01", "U_P02")
SUBMITTED = Wish("U_P03", Aim.SUBMIT, BY_COMMAND, "command 1", "$12000 to A\n$13000 to B")
APPROVED = Wish("U_P01", Aim.APPROVE, BY_BUTTON, "click 1", "approve 1", (1,), review=ID)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def delivered(wish: Wish, sent: float, done: float, *, acked: bool = True) -> Delivered:
    """A delivery in seconds after the start."""
    began = START.timestamp()
    return Delivered(wish, began + sent, began + done, acked, {})


def shown(header: str, seconds: float) -> Shown:
    return Shown(START.timestamp() + seconds, ID, steps_of(header), header)


def entry(ref: int, decision: Decision | None = None) -> ReviewedTransaction:
    one = Transaction(ref=ref, amount=Decimal(11_000 + ref), currency="USD", vendor=f"Vendor {ref}")
    found = Finding(source=Source.RULE, code="amount_over_limit", evidence="too much")
    return ReviewedTransaction(
        transaction=one, judgement=Judgement(ref=ref, findings=(found,)), decision=decision
    )


def decision(ref: int = 1, kind: DecisionKind = DecisionKind.APPROVED, **more: Any) -> Decision:
    content = entry(ref).content_hash("policy")
    facts = {"by": "U_P01", "at": at(5.1), "how": Medium.BUTTON, "content_hash": content, **more}
    return Decision(ref=ref, kind=kind, **facts)


def review_state(**more: Any) -> ReviewState:
    facts = {"judged": 2, "flagged": 2, "undecided": 1, "approved": 1, "turns": 2, **more}
    return ReviewState(
        team=TEAM,
        id=ID,
        request=SUBMITTED.name,
        channel=CHANNEL,
        submitter=SUBMITTED.user,
        created_at=START,
        source="text",
        mode=HumanInputMode.ALWAYS,
        policy_version="policy",
        model="policy-only",
        digest="0" * 64,
        status=ReviewStatus.WAITING,
        total=2,
        totals={"USD": Decimal(22_003)},
        **facts,
    )


def stored(**more: Any) -> Stored:
    """Two payments, the first of which U_P01 has approved."""
    made = decision()
    turns = (
        Turn(
            who=Party.FINANCE_BOT,
            how=Medium.API,
            text="Two payments.",
            at=at(1),
            form=TurnKind.OPENING,
            seq=1,
        ),
        Turn(
            who=Party.HUMAN,
            how=Medium.BUTTON,
            text="approve 1",
            at=made.at,
            actor=made.by,
            form=TurnKind.TOLD,
            seq=2,
        ),
    )
    audit = (
        AuditEntry(event="submitted", actor=SUBMITTED.user, at=START),
        AuditEntry(event="judged", actor=FINANCE_BOT, at=at(1), detail={"refs": [1, 2]}),
        decided(made),
    )
    review = Review(state=review_state(), entries={1: entry(1, made), 2: entry(2)})
    return replace(Stored(review, turns, audit, (), (1, 2), ()), **more)


def message(ts: str, part: Json, *lines: str, blocks: list[Json] | None = None) -> Json:
    """A message of the bot; a card where ``blocks`` are given, else turns of the thread."""
    said = {"type": "section", "text": {"type": "plain_text", "text": "\n".join(lines)}}
    return {
        "channel": CHANNEL,
        "ts": ts,
        "thread_ts": CARD if blocks is None else None,
        "text": "",
        "blocks": blocks or [said],
        "metadata": {"event_type": EVENT, "event_payload": {"review": ID, **part}},
    }


def posted(review: Stored) -> list[Json]:
    """What people see of it."""
    blocks = card(review.state, list(review.review.entries.values()), Deciders(APPROVERS))
    return [
        message(CARD, {"part": "card"}, blocks=blocks),
        message("101.000000", {"part": "turns", "last": 1}, "Two payments.", CAN_SAY),
        message("102.000000", {"part": "turns", "last": 2}, "approve 1"),
    ]


def evidence(review: Stored | None = None, messages: list[Json] | None = None) -> Evidence:
    """Everything as it should be, unless given."""
    given = review or stored()
    records = Records(
        delivered=[delivered(SUBMITTED, 0, 0.2), delivered(APPROVED, 5, 5.3)],
        cards=[shown(f"{ID}: 2 of 2 payments need a decision", 2), shown(headline(given.state), 6)],
    )
    seen = posted(given) if messages is None else messages
    return Evidence(APPROVERS, {ID: given}, seen, records, [])
