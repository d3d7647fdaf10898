"""The use cases that people reach through Slack, wired by the composition root."""

from dataclasses import dataclass

from bot.application.access import Access
from bot.application.add_approvers import AddApprovers
from bot.application.amend import AmendPayments
from bot.application.ask import RemarkOnPayments
from bot.application.ask_away import AskLater
from bot.application.bulk import BulkDecisions
from bot.application.call_back import NoteCallBacks
from bot.application.claim import ClaimPayments
from bot.application.column_questions import ColumnQuestions
from bot.application.converse import Converse
from bot.application.decide import DecidePayments
from bot.application.desk import Desk
from bot.application.details import LookAtPayments
from bot.application.download import AskForDownload
from bot.application.installations import Installations
from bot.application.look import LookAtReviews
from bot.application.note_absences import NoteAbsences
from bot.application.nudge import NudgePeople
from bot.application.overview import LookOver
from bot.application.ports import Clock, PolicyInForce, RefreshPolicy
from bot.application.redraw import RedrawCards
from bot.application.remind import RemindOfReviews
from bot.application.submit import SubmitPayments
from bot.application.why import ExplainRoutes


@dataclass(frozen=True, slots=True)
class UseCases:
    """What a listener can ask for; ``now`` is the time that a request is noted with.

    ``refresh_policy`` comes before whatever goes by ``policy``, so that a change counts at once everywhere.
    ``installations`` are those of a process that serves many workspaces.
    """

    submit: SubmitPayments
    columns: ColumnQuestions
    decide: DecidePayments
    amend: AmendPayments
    claims: ClaimPayments
    converse: Converse
    remarks: RemarkOnPayments
    call_backs: NoteCallBacks
    look: LookAtReviews
    desk: Desk
    bulk: BulkDecisions
    details: LookAtPayments
    download: AskForDownload
    overview: LookOver
    remind: RemindOfReviews
    nudge: NudgePeople
    absences: NoteAbsences
    ask_away: AskLater
    routes: ExplainRoutes
    adding: AddApprovers
    redraw: RedrawCards
    access: Access
    policy: PolicyInForce
    refresh_policy: RefreshPolicy
    now: Clock
    installations: Installations | None = None
