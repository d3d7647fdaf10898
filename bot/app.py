"""The composition root: settings -> stores, model, use cases, Slack app, jobs and worker."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from slack_bolt.app.async_app import AsyncApp

from bot.application.access import Access
from bot.application.add_approvers import AddApprovers
from bot.application.amend import AmendPayments
from bot.application.answer import AnswerReplies
from bot.application.ask import RemarkOnPayments
from bot.application.ask_away import AskAboutStatus, AskLater, StatusQuestions
from bot.application.assess import AssessReview
from bot.application.bulk import BulkDecisions
from bot.application.call_back import NoteCallBacks
from bot.application.claim import ClaimPayments
from bot.application.column_questions import ColumnQuestions
from bot.application.converse import Converse
from bot.application.current_policy import CurrentPolicy
from bot.application.decide import DecidePayments
from bot.application.deliver_questions import DeliverQuestions
from bot.application.desk import Desk
from bot.application.details import LookAtPayments
from bot.application.digest import CountWeeks, PostDigests
from bot.application.download import AskForDownload, DeliverDownload
from bot.application.evidence import KeepEvidence
from bot.application.index import IndexReviews
from bot.application.judging import Judging
from bot.application.layout_watch import LayoutWatch
from bot.application.learn import LearnOutcomes
from bot.application.look import LookAtReviews
from bot.application.note_absences import NoteAbsences
from bot.application.nudge import NudgePeople
from bot.application.overview import LookOver
from bot.application.policy_watch import PolicyWatch
from bot.application.ports import (
    UNOBSERVED,
    Clock,
    Observer,
    PolicyInForce,
    Publisher,
    QuestionPublisher,
    Sanctions,
)
from bot.application.redraw import RedrawCards
from bot.application.remind import RemindOfReviews
from bot.application.retain import ForgetTexts
from bot.application.steps import ReviewSteps
from bot.application.submit import SubmitPayments
from bot.application.take_in import TakeInFiles
from bot.application.tell import NoticePublisher, TellPeople
from bot.application.timers import ReviewTimers
from bot.application.use_cases import UseCases
from bot.application.why import ExplainRoutes
from bot.config.policy_loading import PolicyFile, SanctionsLoader
from bot.config.settings import Settings, SettingsError
from bot.config.several_workspaces import oauth_client
from bot.domain.replies.reader import prepare
from bot.domain.review.state import Price
from bot.llm import CallLimit, ChatModel
from bot.llm.configured import model_of, price_of
from bot.served import Served, gate_of, many_workspaces, one_workspace
from bot.store import StoreAway, Stores, open_stores
from bot.store.topology.configured import redis_of
from bot.worker.background import doing_jobs
from bot.worker.dockets import Dockets, open_dockets
from bot.worker.queue import DocketQueue
from bot.worker.tasks import Jobs, register
from bot.worker.timers import Due
from handlers.inbound.tracing import traced
from handlers.outbound.calls import Calls
from handlers.outbound.client import slack_session
from handlers.outbound.digest_messages import DigestMessages
from handlers.outbound.people import SlackDirectory
from handlers.outbound.permalinks import Permalinks
from handlers.outbound.publisher import SlackPublisher
from handlers.outbound.question_messages import QuestionMessages
from handlers.outbound.reminder_messages import ReminderMessages
from handlers.outbound.review_messages import ReviewMessages
from handlers.outbound.status_questions import StatusQuestionsInSlack
from handlers.slack_app import slack_app

SOCKETS = 2  # Slack closes one connection before its successor is open; the other bridges the gap


@dataclass(frozen=True, slots=True)
class Bot:
    """Everything that one process is made of."""

    settings: Settings
    stores: Stores
    use_cases: UseCases
    jobs: Jobs
    publisher: Publisher
    slack: AsyncApp
    dockets: Dockets
    due: Due
    redis_url: str
    layout: LayoutWatch
    served: Served


def utc_now() -> datetime:
    """Now, aware."""
    return datetime.now(UTC)


@contextlib.asynccontextmanager
async def assembled(
    settings: Settings,
    *,
    policy: PolicyInForce | None = None,
    policy_file: PolicyFile | None = None,
    model: ChatModel | None = None,
    now: Clock = utc_now,
    observer: Observer = UNOBSERVED,
) -> AsyncIterator[Bot]:
    """A bot that is ready to listen and to work, watched by ``observer``; it is taken down again in order.

    Raises ``UnreadableLayout`` where this version cannot work with what is stored.
    It goes by the policy in force in Redis, to which it brings ``policy_file``, else that of the settings; a
    given ``policy`` counts for this process alone, whatever is in force.
    """
    oauth = oauth_client(settings)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(asyncio.wait, [asyncio.create_task(asyncio.to_thread(prepare))])
        url = await stack.enter_async_context(redis_of(settings))
        model = model or await stack.enter_async_context(model_of(settings))
        stores = await stack.enter_async_context(open_stores(url))
        layout = LayoutWatch(stores.layout)
        await layout.begin()
        current = CurrentPolicy(stores.policies, stores.policy_history)
        watch = None if policy else _policy_watch(current, stores, settings, policy_file, now)
        sanctions = SanctionsLoader()
        session = await stack.enter_async_context(slack_session(traced()))
        if oauth is None:
            served = await one_workspace(settings, current, session)
        else:
            serving = many_workspaces(oauth, settings, stores, current, session, now)
            served = await stack.enter_async_context(serving)
        policy = policy or served.policy
        dockets = await stack.enter_async_context(open_dockets(url, settings.queues))
        queue = DocketQueue(dockets, stores.outbox, stores.job_attempts)
        steps = ReviewSteps(stores.reviews, queue, observer, ReviewTimers(policy, now).set_in)
        client, our_bot = served.client, served.our_bot
        if watch:
            await watch.begin()  # now: a process that Slack refuses brings nothing into force
        with contextlib.suppress(StoreAway):
            sanctions.load(current())  # what is wrong with it is told now, and not at the first payment
        directory = SlackDirectory(client, stores.people, stores.names, our_bot)
        access = Access(
            directory=directory, reviews=stores.reviews, absences=stores.absences, policy=policy, now=now
        )
        use_cases = _use_cases(
            stores, steps, queue, access, policy, served, model, now, price_of(settings), observer
        )
        secret = _signing_secret(settings)
        slack = slack_app(client, our_bot, secret, use_cases, served.channel, gate_of(served))
        calls = Calls(stores.pace, settings.pace)
        in_slack = ReviewMessages(client, calls, our_bot)
        reminders = ReminderMessages(
            client,
            in_slack,
            notices=stores.notices,
            calls=calls,
            access=access,
            permalinks=Permalinks(),
            now=now,
        )
        questions = QuestionMessages(client, in_slack, records=stores.questions, calls=calls, now=now)
        publisher = SlackPublisher(
            client,
            look=use_cases.look,
            overview=use_cases.overview,
            routes=use_cases.routes,
            messages=stores.messages,
            flagged=stores.flagged,
            names=stores.names,
            calls=calls,
            access=access,
            now=now,
            our_bot=our_bot,
            operators=served.operators,
        )
        digests = DigestMessages(
            client, in_slack, digests=stores.digests, calls=calls, alarm=publisher.alarm, now=now
        )
        post_digests = PostDigests(
            weeks=CountWeeks(stores.reviews, stores.review_lists),
            digests=stores.digests,
            names=stores.names,
            policy=policy,
            publisher=digests,
            now=now,
        )
        jobs = _jobs(
            stores,
            steps,
            use_cases,
            publisher,
            questions,
            reminders,
            post_digests,
            StatusQuestionsInSlack(client, calls, now),
            sanctions,
            model,
            settings,
        )
        register(
            dockets,
            jobs,
            attempts=stores.job_attempts,
            outbox=stores.outbox,
            unreadable=stores.unreadable,
            queue=queue,
            publisher=publisher,
            refresh_policy=served.refresh_policy,
            now=now,
            observer=observer,
        )
        await stack.enter_async_context(queue.relaying())
        if watch:
            await stack.enter_async_context(watch.watching(served.to_all_operators(publisher.alarm)))
        due = Due(
            stores.timers,
            stores.notices,
            stores.job_attempts,
            post_digests.is_due,
            use_cases.redraw.is_due,
            ForgetTexts(stores=stores, policy=policy, now=now).is_due,
            served.teams,
        )
        yield Bot(settings, stores, use_cases, jobs, publisher, slack, dockets, due, url, layout, served)


def _policy_watch(
    current: CurrentPolicy, stores: Stores, settings: Settings, file: PolicyFile | None, now: Clock
) -> PolicyWatch:
    return PolicyWatch(
        current,
        stores.policies,
        stores.policy_history,
        file=file or (PolicyFile(settings.policy) if settings.policy else None),
        loosen=settings.policy_loosen,
        now=now,
    )


def _signing_secret(settings: Settings) -> str | None:
    return settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else None


def _jobs(
    stores: Stores,
    steps: ReviewSteps,
    use_cases: UseCases,
    publisher: Publisher,
    questions: QuestionPublisher,
    reminders: NoticePublisher,
    digests: PostDigests,
    statuses: StatusQuestions,
    sanctions: Sanctions,
    model: ChatModel | None,
    settings: Settings,
) -> Jobs:
    policy, now = use_cases.policy, use_cases.now
    call_limit = CallLimit(settings.openai_concurrency)
    index = IndexReviews(stores.payment_index, stores.review_lists)
    ask_away = AskAboutStatus(
        questions=statuses,
        asked=stores.asked_statuses,
        absences=use_cases.absences,
        access=use_cases.access,
        policy=policy,
        now=now,
    ).ask
    return Jobs(
        assess=AssessReview(
            steps=steps,
            reviews=stores.reviews,
            judging=Judging(
                policies=stores.policies,
                history=stores.history,
                rows=stores.submitted_rows,
                budgets=stores.budgets,
                policy=policy,
                model=model,
                call_limit=call_limit,
                now=now,
            ),
            index=index,
            access=use_cases.access,
            sanctions=sanctions,
            call_limit=call_limit,
            now=now,
        ).assess,
        learn=LearnOutcomes(
            reviews=stores.reviews, history=stores.history, rows=stores.submitted_rows, index=index, now=now
        ).learn,
        answer=AnswerReplies(
            steps=steps,
            reviews=stores.reviews,
            budgets=stores.budgets,
            access=use_cases.access,
            policy=policy,
            model=model,
            now=now,
        ).answer,
        ask=DeliverQuestions(
            steps=steps,
            reviews=stores.reviews,
            questions=stores.questions,
            remarks=use_cases.remarks,
            access=use_cases.access,
            publisher=questions,
            now=now,
        ).deliver,
        evidence=KeepEvidence(steps=steps, reviews=stores.reviews, publisher=publisher, now=now).keep,
        remind=use_cases.remind.remind,
        tell_added=use_cases.adding.tell_added,
        tell=TellPeople(
            notices=stores.notices,
            overview=use_cases.overview,
            access=use_cases.access,
            publisher=reminders,
            ask_away=ask_away,
            policy=policy,
            now=now,
        ).tell,
        ask_away=ask_away,
        digest=digests.post,
        redraw=use_cases.redraw.redraw,
        forget=ForgetTexts(stores=stores, policy=policy, now=now).forget,
        files=TakeInFiles(
            submit=use_cases.submit,
            columns=use_cases.columns,
            drafts=stores.drafts,
            policy=policy,
            publisher=publisher,
        ),
        download=DeliverDownload(
            look=use_cases.look, reviews=stores.reviews, names=stores.names, publisher=publisher
        ),
    )


def _use_cases(
    stores: Stores,
    steps: ReviewSteps,
    queue: DocketQueue,
    access: Access,
    policy: PolicyInForce,
    served: Served,
    model: ChatModel | None,
    now: Clock,
    price: Price | None,
    observer: Observer,
) -> UseCases:
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
        refresh_policy=served.refresh_policy,
        now=now,
        installations=served.many.installations if served.many else None,
    )


def working(bot: Bot, queues: Collection[int] = ()) -> contextlib.AbstractAsyncContextManager[None]:
    """Do jobs in the background until left: of the queues with these numbers, else of all.

    Raises ``SettingsError`` where there is no queue with such a number.
    """
    if unknown := set(queues) - set(range(1, len(bot.dockets.all) + 1)):
        raise SettingsError(
            f"There is no queue {min(unknown)}; COUNTERSIGN_QUEUES has them numbered from 1 to "
            f"{len(bot.dockets.all)}."
        )
    only = [bot.dockets.all[number - 1] for number in queues]
    return doing_jobs(bot.dockets, bot.stores.unreadable, bot.due, bot.use_cases.now, only)
