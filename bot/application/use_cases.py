"""The use cases that people reach through Slack, and how they are put together."""

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
from bot.application.ports import Clock, JobQueue, Observer, PolicyInForce, RefreshPolicy
from bot.application.redraw import RedrawCards
from bot.application.remind import RemindOfReviews
from bot.application.steps import ReviewSteps
from bot.application.submit import SubmitPayments
from bot.application.why import ExplainRoutes
from bot.domain.review.state import Price
from bot.llm import ChatModel
from bot.store import Stores


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


def use_cases_over(
    stores: Stores,
    *,
    steps: ReviewSteps,
    queue: JobQueue,
    access: Access,
    policy: PolicyInForce,
    refresh_policy: RefreshPolicy,
    installations: Installations | None,
    model: ChatModel | None,
    price: Price | None,
    now: Clock,
    observer: Observer,
) -> UseCases:
    """The use cases over these stores; ``price`` is that of the model, where it is known."""
    routes = ExplainRoutes(reviews=stores.reviews, access=access, policies=stores.policies, policy=policy)
    decide = DecidePayments(steps=steps, reviews=stores.reviews, access=access, policy=policy)
    remind = RemindOfReviews(
        steps=steps,
        reviews=stores.reviews,
        timers=stores.timers,
        notices=stores.notices,
        access=access,
        policy=policy,
        now=now,
    )
    nudge = NudgePeople(
        steps=steps,
        reviews=stores.reviews,
        remind=remind,
        notices=stores.notices,
        access=access,
        policy=policy,
    )
    claims = ClaimPayments(steps=steps, reviews=stores.reviews, access=access, policy=policy)
    remarks = RemarkOnPayments(steps=steps, reviews=stores.reviews, questions=stores.questions, access=access)
    desk = Desk(reviews=stores.reviews, flagged=stores.flagged, desks=stores.desks, access=access)
    amend = AmendPayments(steps=steps, reviews=stores.reviews, counts=stores.submissions, now=now)
    columns = ColumnQuestions(
        drafts=stores.drafts, mappings=stores.mappings, queue=queue, policy=policy, now=now
    )
    look = LookAtReviews(
        steps=steps,
        reviews=stores.reviews,
        drafts=stores.drafts,
        messages=stores.messages,
        access=access,
    )
    return UseCases(
        columns=columns,
        submit=SubmitPayments(
            reviews=stores.reviews,
            columns=columns,
            drafts=stores.drafts,
            counts=stores.submissions,
            rows=stores.submitted_rows,
            policies=stores.policies,
            queue=queue,
            policy=policy,
            model=model,
            now=now,
            price=price,
            observer=observer,
        ),
        decide=decide,
        remarks=remarks,
        call_backs=NoteCallBacks(steps=steps, reviews=stores.reviews, access=access),
        amend=amend,
        claims=claims,
        converse=Converse(
            steps=steps,
            reviews=stores.reviews,
            history=stores.history,
            decide=decide,
            remarks=remarks,
            access=access,
            amend=amend,
            claims=claims,
            nudge=nudge,
            has_model=model is not None,
        ),
        desk=desk,
        overview=LookOver(
            reviews=stores.reviews,
            lists=stores.review_lists,
            index=stores.payment_index,
            messages=stores.messages,
            homes=stores.homes,
            access=access,
            policy=policy,
            now=now,
        ),
        absences=NoteAbsences(
            absences=stores.absences,
            drawn=stores.drawn,
            names=stores.names,
            access=access,
            policy=policy,
            now=now,
        ),
        ask_away=AskLater(queue, policy),
        bulk=BulkDecisions(steps=steps, reviews=stores.reviews, desks=stores.desks, desk=desk, access=access),
        look=look,
        details=LookAtPayments(
            reviews=stores.reviews,
            messages=stores.messages,
            history=stores.history,
            access=access,
            routes=routes,
        ),
        routes=routes,
        redraw=RedrawCards(
            steps=steps, reviews=stores.reviews, drawn=stores.drawn, access=access, policy=policy
        ),
        adding=AddApprovers(
            steps=steps,
            reviews=stores.reviews,
            notices=stores.notices,
            access=access,
            policy=policy,
            now=now,
        ),
        download=AskForDownload(look=look, queue=queue),
        remind=remind,
        nudge=nudge,
        access=access,
        policy=policy,
        refresh_policy=refresh_policy,
        now=now,
        installations=installations,
    )
