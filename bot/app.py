"""The composition root: settings -> stores, model, use cases, Slack app, jobs and worker."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from slack_bolt.app.async_app import AsyncApp

from bot.application.access import Access
from bot.application.current_policy import CurrentPolicy
from bot.application.digest import CountWeeks, PostDigests
from bot.application.layout_watch import LayoutWatch
from bot.application.policy_watch import PolicyWatch
from bot.application.ports import (
    UNOBSERVED,
    Clock,
    Observer,
    PolicyInForce,
    Publisher,
)
from bot.application.retain import ForgetTexts
from bot.application.steps import ReviewSteps
from bot.application.timers import ReviewTimers
from bot.application.use_cases import UseCases, use_cases_over
from bot.config.policy_loading import PolicyFile, SanctionsLoader
from bot.config.settings import Settings, SettingsError
from bot.config.several_workspaces import oauth_client
from bot.domain.replies.reader import prepare
from bot.llm import ChatModel
from bot.llm.configured import model_of, price_of
from bot.served import Served, gate_of, many_workspaces, one_workspace
from bot.store import StoreAway, Stores, open_stores
from bot.store.topology.configured import redis_of
from bot.worker.background import doing_jobs
from bot.worker.dockets import Dockets, open_dockets
from bot.worker.jobs import Jobs, jobs_over
from bot.worker.queue import DocketQueue
from bot.worker.tasks import register
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
        use_cases = use_cases_over(
            stores,
            steps=steps,
            queue=queue,
            access=access,
            policy=policy,
            refresh_policy=served.refresh_policy,
            installations=served.many.installations if served.many else None,
            model=model,
            price=price_of(settings),
            now=now,
            observer=observer,
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
        jobs = jobs_over(
            stores,
            steps=steps,
            use_cases=use_cases,
            publisher=publisher,
            questions=questions,
            reminders=reminders,
            digests=post_digests,
            statuses=StatusQuestionsInSlack(client, calls, now),
            sanctions=sanctions,
            model=model,
            model_calls=settings.openai_concurrency,
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
