"""The small mutable state of a review; payments, findings and decisions stand beside it. Pure and frozen."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.audit.entry import TrailEnd
from bot.domain.policy import HumanInputMode
from bot.domain.review.claims import Claim
from bot.domain.review.decision import Proposal
from bot.domain.review.remarks import WaitingFile
from bot.domain.routing import Route
from bot.domain.submission import AssumedCurrency
from bot.domain.transaction import Transaction

# How a flagged payment stands that nobody has decided about, and what waits for somebody.
UNDECIDED = "undecided"
WAITING = (UNDECIDED, "held")


class ReviewStatus(StrEnum):
    """Where a review stands."""

    ASSESSING = "assessing"
    WAITING = "waiting"
    CLOSED = "closed"


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

    ``version`` counts the steps taken, and ``stamp`` tells two steps of one number apart; ``turns`` counts
    the turns of the conversation, ``audited`` and ``link`` say where the audit trail ends, and ``due`` is the
    newest version that people must see: these six are kept by the store.
    ``author`` wrote the payments, where that is somebody else than the one who submitted them, and
    ``brought_by`` are those who uploaded a file or wrote what was forwarded; ``owner`` is whose payments they
    are, where that is one of these and not who submitted them. ``created_at`` is aware UTC,
    ``totals`` are sums by currency (ISO 4217) in major units. With ``recommend_only`` everything is left to a
    human, and ``recommended`` is how many undecided ones the bot would approve.
    ``short_past`` says that too little was paid before to call every vendor new that is not known.
    ``digest`` covers all transactions and the policy's version. ``undecided``, ``held``, ``approved``,
    ``rejected`` and ``withdrawn`` count the flagged payments, each in one of them; those that are undecided
    or held when the review is closed are not approved. ``closed_at`` is when it was closed last, aware UTC,
    ``None`` while it is open and for reviews from before that was noted; ``reopenings`` counts how often it
    was opened again. ``taken_back`` counts the decisions
    that were undone and the holds that were released, ``reopened`` has their references, ascending, and
    ``undo_turn`` is the turn that undid the last.
    ``read_to`` is the last turn that was read for the model, ``concluded`` whether the outcome was summed up.
    ``corrections`` counts the new versions that whoever brought payments made, and ``rejudging`` has the
    references of those that are still to be judged, ascending.
    ``submitted_again`` says that rows of it were submitted before, and that its submitter wanted them all;
    ``assumed`` is the currency of payments that name none, ``None`` where all name one, and
    ``columns_said_by`` who said how the columns of its file are read, where that was asked about.
    ``open_questions`` are the places in the trail, from 1, of questions to the submitter that have no answer,
    and ``waiting_files`` the files that somebody shared as evidence and no job has read yet.
    ``sums`` are those of the flagged payments by how they stand (``undecided``, ``approved``, ...) and by
    currency, and ``high_risk`` is how many of those that wait are of high risk; without sums, as in a review
    from before there were any, nobody knows either.
    ``left_out`` is how many of its rows could not be read, or were submitted before, and are no part of it.
    ``asked`` is the user id of whom the bot asked something last, and ``asked_turn`` the turn that asked it.
    ``routes`` are the different ones that its payments have, which name them by number from 1.
    ``waits_since`` is when its payments last came to wait for people, and ``timer_at`` when something happens
    where nobody acts, both aware UTC; ``reminded`` is how often people were reminded since, ``escalated``
    whether others were asked, and ``nudged_at`` when its submitter last had people reminded. ``claims`` say
    who is on it, or on which of its payments, by reference. ``deadlines`` say on how many of those that wait
    which days end something (``due 2026-12-03``), and days up to ``near_until`` were near at the last step.
    whether others were asked, and ``nudged_at`` when its submitter last had people reminded.
    ``forgotten`` says that words were taken out of it, so that nobody would see what they decide about.
    ``added`` are pairs of a reference and of who was added to that payment as an approver, in order.
    """

    model_config = ConfigDict(frozen=True)

    team: str
    id: str
    request: str
    channel: str
    submitter: str
    author: str = ""
    owner: str = ""
    brought_by: tuple[str, ...] = ()
    created_at: datetime
    source: str
    note: str = ""
    mode: HumanInputMode
    policy_version: str
    model: str
    prompt_version: str = ""
    digest: str
    submitted_again: bool = False
    assumed: AssumedCurrency | None = None
    columns_said_by: str = ""
    left_out: int = 0
    status: ReviewStatus = ReviewStatus.ASSESSING
    total: int
    totals: dict[str, Decimal]
    judged: int = 0
    flagged: int = 0
    undecided: int = 0
    approved: int = 0
    rejected: int = 0
    held: int = 0
    withdrawn: int = 0
    sums: dict[str, dict[str, Decimal]] = {}
    high_risk: int = 0
    unassessed: int = 0
    recommend_only: bool = False
    recommended: int = 0
    short_past: bool = False
    corrections: int = 0
    rejudging: tuple[int, ...] = ()
    taken_back: int = 0
    routes: tuple[Route, ...] = ()
    reopened: tuple[int, ...] = ()
    prompt_tokens: int = 0
    completion_tokens: int = 0
    price: Price | None = None
    concluded: bool = False
    closed_at: datetime | None = None
    reopenings: int = 0
    read_to: int = 0
    undo_turn: int = 0
    open_questions: tuple[int, ...] = ()
    waiting_files: tuple[WaitingFile, ...] = ()
    asked: str = ""
    asked_turn: int = 0
    proposal: Proposal | None = None
    waits_since: datetime | None = None
    reminded: int = 0
    escalated: bool = False
    nudged_at: datetime | None = None
    claims: tuple[Claim, ...] = ()
    deadlines: dict[str, int] = {}
    near_until: date | None = None
    timer_at: datetime | None = None
    added: tuple[tuple[int, str], ...] = ()
    forgotten: bool = False
    version: int = 0
    stamp: str = ""
    turns: int = 0
    audited: int = 0
    link: str = ""
    due: int = 0

    @property
    def trail_end(self) -> TrailEnd:
        """Where the audit trail ends."""
        return TrailEnd(self.audited, self.link)

    @property
    def barred(self) -> frozenset[str]:
        """Who brought the payments, in whichever way, and therefore decides about none of them."""
        return frozenset({self.submitter, self.author, *self.brought_by} - {""})

    @property
    def waiting(self) -> int:
        """How many were neither approved nor rejected nor withdrawn: undecided or on hold."""
        return self.undecided + self.held

    @property
    def routine(self) -> int:
        """How many were approved automatically."""
        return self.judged - self.flagged

    @property
    def waiting_sums(self) -> dict[str, Decimal] | None:
        """Sums by currency of what waits for somebody; ``None`` where nobody knows them."""
        return self._sums_of(WAITING)

    @property
    def routine_sums(self) -> dict[str, Decimal] | None:
        """Sums by currency of what was approved automatically; ``None`` where nobody knows them."""
        flagged = self._sums_of(self.sums)
        if flagged is None or self.judged < self.total:
            return None
        left = {currency: amount - flagged.get(currency, 0) for currency, amount in self.totals.items()}
        return {currency: amount for currency, amount in left.items() if amount} if self.routine else {}

    def _sums_of(self, standings: Iterable[str]) -> dict[str, Decimal] | None:
        if self.flagged and not self.sums:
            return None
        sums: dict[str, Decimal] = {}
        for standing in standings:
            for currency, amount in self.sums.get(standing, {}).items():
                sums[currency] = sums.get(currency, Decimal(0)) + amount
        return {currency: amount for currency, amount in sorted(sums.items()) if amount}

    @property
    def cost(self) -> Decimal | None:
        """What the model cost, exact, in the unit of the price; ``None`` where there is no price."""
        return self.price.of(self.prompt_tokens, self.completion_tokens) if self.price else None

    @property
    def content_token(self) -> str:
        """What a button carries of the content that its card shows.

        A click that was on its way, or a dialog left open, must not decide again what somebody took back, nor
        in a review that was closed since and opened again. So a card that comes back to what it showed before
        is never taken for the earlier one.
        """
        changes = self.taken_back + self.reopenings
        return f"{self.digest[:12]}-{changes}" if changes else self.digest[:12]

    @property
    def whole_token(self) -> str:
        """What a button carries that is about more than one payment: each correction of any makes it old."""
        return f"{self.content_token}.{self.corrections}" if self.corrections else self.content_token

    def awaits_answer_of(self, user: str) -> bool:
        """Whether the bot asked this person something, and nobody has said or clicked anything since."""
        return self.asked == user and self.asked_turn == self.turns

    def asking(self, user: str, turn: int) -> Self:
        """A copy in which turn number ``turn`` of the conversation asks this person something."""
        return self.but(asked=user, asked_turn=turn)

    def but(self, **changed: object) -> Self:
        """A copy with other values; whoever calls gives them in the fields' own types."""
        return self.model_copy(update=changed)

    def counting(self, counts: Mapping[str, int]) -> Self:
        """A copy in which these counters, by name, are so much higher."""
        return self.but(**{name: getattr(self, name) + by for name, by in counts.items()})


def totals(transactions: Iterable[Transaction]) -> dict[str, Decimal]:
    """Sums by currency, exact, in major units."""
    sums: dict[str, Decimal] = {}
    for transaction in transactions:
        sums[transaction.currency] = sums.get(transaction.currency, Decimal(0)) + transaction.amount
    return dict(sorted(sums.items()))


def digest(transactions: Iterable[Transaction], policy_version: str) -> str:
    """SHA-256 (hex) over all transactions of a review and the policy's version."""
    content = hashlib.sha256(policy_version.encode())
    for transaction in transactions:
        content.update(transaction.content_hash.encode())
    return content.hexdigest()


def review_id(team: str, request: str, length: int = 5) -> str:
    """A short, sayable id that the same request always gets (Crockford base 32: no I, L, O, U).

    A repeated delivery therefore meets the review it made before; where two requests share an id, the
    later one takes a longer one.
    """
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    number = int.from_bytes(hashlib.sha256(f"{team}\n{request}".encode()).digest())
    return "R-" + "".join(alphabet[(number >> (5 * place)) & 31] for place in range(length))


def waits_for_certain_people(state: ReviewState) -> bool:
    """Whether a review has payments that wait for the people of a route, or for who was added to them."""
    return state.status is ReviewStatus.WAITING and bool(state.waiting and (state.routes or state.added))
