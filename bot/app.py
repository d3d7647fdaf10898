"""The composition root: settings -> Redis, model, service, Slack app, worker."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
from docket import Docket, Worker
from slack_bolt.app.async_app import AsyncApp

from bot.application import jobs
from bot.application.service import Service
from bot.config.policy_loading import PolicyLoader, SanctionsLoader
from bot.config.settings import Settings, SettingsError
from bot.domain.policy import Policy
from bot.domain.review.state import Price
from bot.llm import ChatModel, Lanes
from bot.llm.openai_model import OpenAIModel
from bot.llm.openai_model import connect as connect_openai
from bot.store import JobAttempts, Pace, PaymentHistory, ReviewStore, Shelf, connect
from bot.store.topology.embedded import embedded_server
from bot.worker import docket_queue as queue
from handlers.inbound.bolt import SlackRefused, slack_app, slack_client, who_we_are
from handlers.inbound.tracing import traced
from handlers.outbound.calls import Calls
from handlers.outbound.publisher import SlackPublisher

DOCKET = "countersign"
JOBS_AT_ONCE = 20
# docket starts at most (jobs at once / check interval) jobs a second; 20 ms keeps a click's card prompt.
CHECK_INTERVAL = timedelta(milliseconds=20)
# A job whose worker died is given to another after this; leases of living workers are renewed.
REDELIVERY = timedelta(seconds=5)
JOB_RECORD_LIFE = timedelta(hours=1)
DRAIN_SECONDS = 5.0  # with the answers in flight (4 s) and what is closed after it, below 10 s
SOCKETS = 2  # Slack closes one connection before its successor is open; the other bridges the gap


@dataclass(frozen=True, slots=True)
class Bot:
    """Everything that one process is made of."""

    settings: Settings
    service: Service
    slack: AsyncApp
    docket: Docket
    redis_url: str


@contextlib.asynccontextmanager
async def redis_of(settings: Settings) -> AsyncIterator[str]:
    """The configured Redis, else the embedded server in the data folder."""
    if settings.redis_url:
        yield settings.redis_url
        return
    async with embedded_server(settings.data / "redis") as url:
        yield url


@contextlib.asynccontextmanager
async def model_of(settings: Settings) -> AsyncIterator[ChatModel | None]:
    """The configured model; without a key there is none, and the policy alone judges."""
    if settings.openai_api_key is None:
        yield None
        return
    key = settings.openai_api_key.get_secret_value()
    async with connect_openai(key, base_url=settings.openai_base_url) as client:
        yield OpenAIModel(client, settings.openai_model)


def price_of(settings: Settings) -> Price | None:
    """What the model's tokens cost, where both prices are set."""
    prompt, completion = settings.openai_prompt_price, settings.openai_completion_price
    return None if prompt is None or completion is None else Price(prompt=prompt, completion=completion)


def utc_now() -> datetime:
    """Now, aware."""
    return datetime.now(UTC)


@contextlib.asynccontextmanager
async def assembled(
    settings: Settings,
    *,
    policy: Callable[[], Policy] | None = None,
    model: ChatModel | None = None,
    now: Callable[[], datetime] = utc_now,
) -> AsyncIterator[Bot]:
    """A bot that is ready to listen and to work, and is taken down again in order."""
    if settings.slack_bot_token is None:
        raise SettingsError("SLACK_BOT_TOKEN is not set; the bot needs it to speak in Slack.")
    async with contextlib.AsyncExitStack() as stack:
        source = policy or PolicyLoader(settings.policy)
        url = await stack.enter_async_context(redis_of(settings))
        model = model or await stack.enter_async_context(model_of(settings))
        redis = await stack.enter_async_context(contextlib.aclosing(connect(url)))
        session = await stack.enter_async_context(
            aiohttp.ClientSession(trust_env=True, trace_configs=[traced()])
        )
        docket = await stack.enter_async_context(Docket(name=DOCKET, url=url, execution_ttl=JOB_RECORD_LIFE))
        reviews = ReviewStore(redis)
        waiting = queue.DocketQueue(docket, reviews)
        sanctions = SanctionsLoader()
        sanctions.load(source())  # what is wrong with it is told now, and not at the first payment
        service = Service(
            reviews=reviews,
            shelf=Shelf(redis),
            past=PaymentHistory(redis),
            sanctions=sanctions,
            queue=waiting,
            policy=source,
            model=model,
            now=now,
            price=price_of(settings),
            lanes=Lanes(settings.openai_concurrency),
        )
        client = slack_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, session)
        secret = settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else None
        try:
            us = await who_we_are(client)
        except SlackRefused as error:
            raise SettingsError(str(error)) from None
        slack = slack_app(client, us, secret, service, settings.channel)
        calls = Calls(Pace(redis), settings.pace)
        work = jobs.Work(service, SlackPublisher(client, service, calls, settings.operators))
        queue.register(docket, work, JobAttempts(redis), now)
        await stack.enter_async_context(waiting.relaying())
        yield Bot(settings=settings, service=service, slack=slack, docket=docket, redis_url=url)


@contextlib.asynccontextmanager
async def working(bot: Bot) -> AsyncIterator[None]:
    """Do jobs in the background until left."""
    worker = Worker(
        bot.docket,
        concurrency=JOBS_AT_ONCE,
        minimum_check_interval=CHECK_INTERVAL,
        scheduling_resolution=timedelta(milliseconds=100),
        redelivery_timeout=REDELIVERY,
    )

    async def work() -> None:
        # docket ties a worker to the task that opens it, so one task opens, runs and closes it.
        async with worker:
            await worker.run_forever()

    task = asyncio.create_task(work(), name="worker")
    owner = asyncio.current_task()

    def end_too(ended: asyncio.Task[None]) -> None:
        # A process whose worker is gone would go on taking clicks and show none of them: it ends instead,
        # with the worker's own error, and whoever runs it starts it again.
        if owner and not ended.cancelled():
            owner.cancel()

    task.add_done_callback(end_too)
    try:
        yield
    finally:
        task.remove_done_callback(end_too)
        # Cancelled once, docket finishes the jobs it has begun; what takes longer than anybody waits for a
        # process to end is cancelled too, and done by another worker.
        task.cancel()
        await asyncio.wait([task], timeout=DRAIN_SECONDS)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
