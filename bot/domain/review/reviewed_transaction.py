"""One transaction of a review with its findings and its decision."""

import hashlib

from pydantic import BaseModel, ConfigDict

from bot.domain.conversation import DecisionKind
from bot.domain.judgement import Judgement, Verdict
from bot.domain.review.added_approvers import AddedApprover
from bot.domain.review.amendment import Amendment
from bot.domain.review.call_backs import CallBack
from bot.domain.review.decision import Decision
from bot.domain.review.ranking import Rank
from bot.domain.review.remarks import Remark
from bot.domain.routing import Route, Vote, WayNow
from bot.domain.transaction import Transaction


class ReviewedTransaction(BaseModel):
    """One transaction with its findings and its decision, as far as there are any.

    ``judgement`` is ``None`` until it is assessed. ``decision`` is the record that stands: a hold, which
    anybody who may decide can replace, or an approval or rejection. ``place`` is where it stands in the audit
    trail, from 1; 0 where there is none. ``reopened`` is whether a decision about it was undone or its hold
    released, after which the bot recommends nothing any more. ``closed`` is whether its review is closed.
    ``transaction`` is the newest version, ``earlier`` are those before it, the first one first, and
    ``amended`` is the correction that made the newest, ``None`` where there was none. With ``rejudging`` the
    newest version is still to be judged, and ``judgement`` is that of the version before. ``withdrawal`` is
    how who brought it took it back. ``rank`` is why it stands where it does on the card, ``None`` where that
    was not asked for. ``remarks`` are what was asked, answered, noted and shown about it, in order.
    ``route`` is who must decide it, ``None`` where any one of the approvers does, and ``votes`` are the
    answers on its way there, as far as they count. ``way`` is how that stands with the people there are now,
    ``None`` where that was not asked for. ``call_backs`` are what came of calls to the vendor about
    the version that stands, in the order in which they were noted.
    ``None`` where that was not asked for. ``added`` are those who must approve it too, since somebody asked
    for them: ``route`` has a stage for each.
    """

    model_config = ConfigDict(frozen=True)

    transaction: Transaction
    judgement: Judgement | None = None
    decision: Decision | None = None
    place: int = 0
    reopened: bool = False
    closed: bool = False
    earlier: tuple[Transaction, ...] = ()
    amended: Amendment | None = None
    rejudging: bool = False
    withdrawal: Amendment | None = None
    rank: Rank | None = None
    remarks: tuple[Remark, ...] = ()
    route: Route | None = None
    votes: tuple[Vote, ...] = ()
    way: WayNow | None = None
    call_backs: tuple[CallBack, ...] = ()
    added: tuple[AddedApprover, ...] = ()

    @property
    def version(self) -> int:
        """Which version of the payment stands, from 1."""
        return len(self.earlier) + 1

    @property
    def submitted(self) -> Transaction:
        """The payment as it was submitted: its first version."""
        return self.earlier[0] if self.earlier else self.transaction

    @property
    def withdrawn(self) -> bool:
        """Whether who brought it took it back."""
        return self.withdrawal is not None

    @property
    def flagged(self) -> bool:
        """Whether anything was found about it."""
        return self.judgement is not None and self.judgement.verdict is Verdict.FLAGGED

    @property
    def undecided(self) -> bool:
        """Whether it is flagged, and nobody has approved, rejected, held or withdrawn it."""
        return self.flagged and self.decision is None and not self.withdrawn

    @property
    def held(self) -> bool:
        """Whether it is on hold: ``decision`` says by whom, since when and why."""
        return self.decision is not None and self.decision.kind is DecisionKind.HELD and not self.withdrawn

    @property
    def open(self) -> bool:
        """Whether it was neither approved nor rejected, so that it can be as long as its review is open."""
        return self.undecided or self.held

    @property
    def needs_call_back(self) -> bool:
        """Whether nobody may approve it before its bank account was confirmed by calling the vendor."""
        return self.judgement is not None and self.judgement.needs_call_back

    @property
    def call_back(self) -> CallBack | None:
        """The call by which its bank account is confirmed; ``None`` where the newest has not done so."""
        newest = self.call_backs[-1] if self.call_backs else None
        return newest if newest and newest.confirmed else None

    @property
    def frozen(self) -> bool:
        """Whether no approval of it counts, since nobody has confirmed its bank account."""
        return self.needs_call_back and self.call_back is None

    @property
    def decided(self) -> bool:
        """Whether somebody approved or rejected it."""
        return self.decision is not None and not self.held and not self.withdrawn

    @property
    def not_approved(self) -> bool:
        """Whether its review was closed before anybody approved or rejected it."""
        return self.closed and self.open

    @property
    def recommended(self) -> bool:
        """Whether it waits for a decision and the bot recommends to approve it."""
        judged = self.judgement is not None and self.judgement.recommended
        stands = not self.reopened and not self.closed and not self.rejudging
        return self.undecided and judged and stands

    def content_hash(self, policy_version: str) -> str:
        """SHA-256 (hex) over the transaction, its findings and the policy's version."""
        findings = "" if self.judgement is None else self.judgement.model_dump_json()
        content = f"{self.transaction.content_hash}\n{findings}\n{policy_version}"
        return hashlib.sha256(content.encode()).hexdigest()
