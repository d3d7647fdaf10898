"""What a review is made of: its small state, its entries, decisions and audit trail. Pure and frozen."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator

from bot.domain.conversation import Correct, DecisionKind, DecisionRequest, Exit, Medium, Skip
from bot.domain.judgement import Judgement, Verdict
from bot.domain.policy import HumanInputMode
from bot.domain.transaction import Transaction

FINANCE_BOT = "finance_bot"


class ReviewStatus(StrEnum):
    """Where a review stands."""

    ASSESSING = "assessing"
    WAITING = "waiting"
    CLOSED = "closed"


class Decision(BaseModel):
    """What was decided about one transaction, by whom, when, why, and over which content.

    ``replaces`` is the place, from 1, that the decision which it corrects has in the audit trail, and
    ``since`` when the first of them was made.
    """

    model_config = ConfigDict(frozen=True)

    ref: int
    kind: DecisionKind
    by: str
    at: datetime
    how: Medium
    reason: str = ""
    content_hash: str
    replaces: int = 0
    since: datetime | None = None


class Proposal(BaseModel):
    """What was understood of a reply, if not exactly; nothing of it is done before its author confirms it."""

    model_config = ConfigDict(frozen=True)

    id: str
    by: str
    words: str
    reading: Skip | Exit | Correct | tuple[DecisionRequest, ...]


class AuditEntry(BaseModel):
    """One entry of the audit trail; entries are only ever added."""

    model_config = ConfigDict(frozen=True)

    event: str
    actor: str
    at: datetime
    detail: dict[str, Any] = Field(default_factory=dict)


class TrailEnd(NamedTuple):
    """Where an audit trail ends: how many entries it has, and the last one's link."""

    length: int
    link: str


class Price(BaseModel):
    """What a million tokens cost, in whatever currency the operator thinks in."""

    model_config = ConfigDict(frozen=True)

    prompt: Decimal = Field(ge=0)
    completion: Decimal = Field(ge=0)

    def of(self, prompt_tokens: int, completion_tokens: int) -> Decimal:
        """The exact cost of so many tokens."""
        return (self.prompt * prompt_tokens + self.completion * completion_tokens) / 1_000_000


class ReviewState(BaseModel):
    """The small mutable state of a review; everything large stands beside it.

    ``author`` wrote the payments, where that is somebody else than the one who submitted them.
    ``audited`` and ``link`` say where the audit trail ends, ``due`` is the version that people must see.
    With ``recommend_only`` everything is left to a human; ``recommended`` is how many undecided ones the bot
    would have approved. ``totals`` are sums by currency in major units. ``digest`` covers all transactions
    and the policy's version: a button carries its first characters, so a card of other content is told apart.
    ``taken_back`` counts the decisions that were undone, and ``reopened`` has their references, ascending.
    """

    model_config = ConfigDict(frozen=True)

    team: str
    id: str
    request: str
    channel: str
    submitter: str
    author: str = ""
    created_at: datetime
    source: str
    note: str = ""
    mode: HumanInputMode
    policy_version: str
    model: str
    prompt_version: str = ""
    digest: str
    status: ReviewStatus = ReviewStatus.ASSESSING
    total: int
    totals: dict[str, Decimal]
    judged: int = 0
    flagged: int = 0
    undecided: int = 0
    approved: int = 0
    rejected: int = 0
    held: int = 0
    unassessed: int = 0
    recommend_only: bool = False
    recommended: int = 0
    taken_back: int = 0
    reopened: tuple[int, ...] = ()
    prompt_tokens: int = 0
    completion_tokens: int = 0
    price: Price | None = None
    concluded: bool = False
    read_to: int = 0
    page: int = 0
    proposal: Proposal | None = None
    version: int = 0
    turns: int = 0
    audited: int = 0
    link: str = ""
    due: int = 0

    @field_validator("totals", "proposal", "price", "reopened", mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value

    @property
    def tail(self) -> TrailEnd:
        """Where the audit trail ends."""
        return TrailEnd(self.audited, self.link)

    @property
    def routine(self) -> int:
        """How many were approved automatically."""
        return self.judged - self.flagged

    @property
    def cost(self) -> Decimal | None:
        """What the model cost, exact, in the unit of the price; ``None`` where there is no price."""
        return self.price.of(self.prompt_tokens, self.completion_tokens) if self.price else None

    @property
    def seen(self) -> str:
        """What a button carries of the digest, and of what was undone.

        A click that was on its way, or a dialog left open, must not decide again what somebody took back.
        """
        return f"{self.digest[:12]}-{self.taken_back}" if self.taken_back else self.digest[:12]

    def fields(self) -> dict[str, str]:
        """The state as flat text, field by field, as it is stored."""
        dumped = self.model_dump(mode="json")
        return {name: as_text(value) for name, value in dumped.items()}


def as_text(value: Any) -> str:
    """One stored field: text as it is, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


# What a field is that is not stored: most of a review's are never touched.
UNSET = {
    name: as_text(one.default) for name, one in ReviewState.model_fields.items() if not one.is_required()
}


class ReviewedTransaction(BaseModel):
    """One transaction with what was found and decided about it so far.

    ``place`` is where its decision stands in the audit trail, from 1; 0 where there is none. ``reopened`` is
    whether a decision about it was undone, after which the bot recommends nothing any more.
    """

    model_config = ConfigDict(frozen=True)

    transaction: Transaction
    judgement: Judgement | None = None
    decision: Decision | None = None
    place: int = 0
    reopened: bool = False

    @property
    def flagged(self) -> bool:
        return self.judgement is not None and self.judgement.verdict is Verdict.FLAGGED

    @property
    def undecided(self) -> bool:
        return self.flagged and self.decision is None

    @property
    def recommended(self) -> bool:
        """Whether it waits for a decision and the bot recommends to approve it."""
        judged = self.judgement is not None and self.judgement.recommended
        return self.undecided and judged and not self.reopened

    def content_hash(self, policy_version: str) -> str:
        """SHA-256 (hex) over the transaction, its findings and the policy's version."""
        findings = "" if self.judgement is None else self.judgement.model_dump_json()
        content = f"{self.transaction.content_hash}\n{findings}\n{policy_version}"
        return hashlib.sha256(content.encode()).hexdigest()


def totals(transactions: Iterable[Transaction]) -> dict[str, Decimal]:
    """Sums by currency, exact, in major units."""
    sums: dict[str, Decimal] = {}
    for one in transactions:
        sums[one.currency] = sums.get(one.currency, Decimal(0)) + one.amount
    return dict(sorted(sums.items()))


def digest(transactions: Iterable[Transaction], policy_version: str) -> str:
    """SHA-256 (hex) over all transactions of a review and the policy's version."""
    content = hashlib.sha256(policy_version.encode())
    for one in transactions:
        content.update(one.content_hash.encode())
    return content.hexdigest()


def review_id(team: str, request: str, length: int = 5) -> str:
    """A short, sayable id that the same request always gets (Crockford base 32: no I, L, O, U).

    A repeated delivery therefore meets the review it made before; where two requests share an id, the
    later one takes a longer one.
    """
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    number = int.from_bytes(hashlib.sha256(f"{team}\n{request}".encode()).digest())
    return "R-" + "".join(alphabet[(number >> (5 * place)) & 31] for place in range(length))


def proposal_text(proposal: Proposal | None) -> str:
    """A proposal as the head stores it, so that a step can expect it."""
    return as_text(None if proposal is None else proposal.model_dump(mode="json"))
