"""``countersign doctor``: every setting against the real thing, and what to mend."""

import asyncio
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.application.apply_policy import in_words
from bot.application.check import check_review
from bot.application.current_policy import PolicyUnreadable, stored_policy
from bot.cli.model_check import check_model
from bot.cli.stores import configured_stores
from bot.cli.workspace_checks import check_workspaces
from bot.config.policy_loading import SanctionsLoader, read_policy
from bot.config.settings import Settings, exposed_secrets, read_settings
from bot.config.tracing import collector_answers
from bot.domain.policy import Policy, PolicyError
from bot.domain.text import plural
from bot.store import LAYOUT, StoreUnavailable, UnreadableLayout, open_stores
from bot.store.topology.access import check_access
from bot.store.topology.configured import redis_of
from bot.store.topology.embedded import EmbeddedServerError
from bot.store.topology.health import Check, check_store
from bot.worker.dockets import open_dockets
from handlers.health import check_names, check_slack

NAMED = 5  # jobs or places that stand in one line
SECOND_LOOK_AFTER = 2.0  # seconds; what was just decided takes a moment to be shown


async def check_reviews(data: Path | None) -> bool:
    """Print what does not fit together in any stored review, and a line of figures; whether all does."""
    reviews = problems = 0
    async with configured_stores(data) as stores:
        suspects: list[tuple[str, str]] = []
        async for team, review_id in stores.audit.named():
            reviews += 1
            if await check_review(stores, team, review_id):
                suspects.append((team, review_id))
        if suspects:
            await asyncio.sleep(SECOND_LOOK_AFTER)
        for team, review_id in suspects:
            for problem in await check_review(stores, team, review_id):
                problems += 1
                print(f"mend  {review_id} ({team}): {problem}")
    print(f"{reviews} reviews, {problems} problems")
    return not problems


async def check_settings() -> bool:
    """Print a line a check; whether all is well."""
    settings = read_settings()
    stored, policy = await _store(settings)
    slack = [*await _slack(settings), *await _names(settings, policy)]
    checks = [_policy(settings), *stored, *slack, await check_model(settings), *await _traces(settings)]
    if advice := exposed_secrets():
        checks.insert(0, ("settings", False, advice))
    console = Console()
    for name, fine, sentence in checks:
        mark, style = ("ok  ", "") if fine else ("mend", "bold red")
        console.print(Text(f"{mark}  {name}: {sentence}"), style=style)
    return all(fine for _, fine, _ in checks)


async def _traces(settings: Settings) -> list[Check]:
    """Whether the collector takes traces, where one is set; its address may carry a password."""
    answers = await collector_answers(settings)
    if answers is None:
        return []
    wrong = "the collector does not take them; check OTEL_EXPORTER_OTLP_ENDPOINT and its headers"
    return [("traces", answers, "the collector takes them" if answers else wrong)]


def _policy(settings: Settings) -> Check:
    try:
        policy = read_policy(settings.policy)
        sanctions = SanctionsLoader().load(policy)
    except PolicyError as error:
        return ("policy", False, str(error))
    listed = f", {len(sanctions):,} sanctioned names of {sanctions.as_of.isoformat()}" if sanctions else ""
    mode = policy.human_input_mode.value
    return ("policy", True, f"version {policy.version}, {mode}, {_deciders(policy)}{listed}")


def _deciders(policy: Policy) -> str:
    if policy.anyone_decides:
        return "anyone in the channel may decide"
    return plural(len(policy.approvers), "approver") if policy.approvers else "nobody may decide"


async def _store(settings: Settings) -> tuple[list[Check], Policy | None]:
    """The checks of the store, and the policy that counts, where it can be read."""
    try:
        async with redis_of(settings) as url:
            checks = await check_store(url)
            if checks[0][0] == "Redis":
                return checks, None
            in_force, policy = await _policy_in_force(url, settings)
            layout = await _layout(url)
            jobs = [*await _jobs(url), *await _queues(url, settings.queues)]
            return [*checks, *await check_access(url), *layout, *in_force, *jobs], policy
    except (EmbeddedServerError, OSError) as error:
        return [("Redis", False, str(error))], None


async def _layout(url: str) -> list[Check]:
    """Whether this version can work with what is stored; the check alone writes no number."""
    name = "layout of what is stored"
    try:
        async with open_stores(url) as stores:
            number = await stores.layout.number()
            stores.layout.check(LAYOUT if number is None else number)
    except StoreUnavailable:
        return []  # the checks of the store say so
    except UnreadableLayout as error:
        return [(name, False, str(error))]
    if number is None:
        return [(name, True, "nothing is stored yet")]
    older = (
        f"{number}, this version's is {LAYOUT}; once all processes are of this version: countersign migrate"
    )
    return [(name, number == LAYOUT, str(number) if number == LAYOUT else older)]


async def _policy_in_force(url: str, settings: Settings) -> tuple[list[Check], Policy | None]:
    name = "policy in force"
    try:
        async with open_stores(url) as stores:
            applied = await stores.policy_history.newest()
            policy = await stored_policy(stores.policies, applied) if applied else None
        file = read_policy(settings.policy)
    except (*StoreUnavailable, PolicyError):
        return [], None  # the checks of the store and of the file say so
    except PolicyUnreadable as error:
        return [(name, False, str(error))], None
    counts = policy or file  # what is not brought yet, the next start brings
    said = f"{in_words(applied) if applied else 'none was ever brought'}; {_deciders(counts)}"
    if not counts.approvers:
        mend = "name approvers in a file, then: countersign policy apply FILE"
        return [(name, False, f"{said}: {mend}")], counts
    if policy and settings.policy and policy != file:
        differs = f"{settings.policy} differs, see: countersign policy diff {settings.policy}"
        bring = f"to bring it: countersign policy apply {settings.policy} (--loosen where it lets more pass)"
        return [(name, False, f"{said}; {differs}; {bring}")], counts
    return [(name, True, said)], counts


async def _jobs(url: str) -> list[Check]:
    try:
        async with open_stores(url) as stores:
            dead = await stores.job_attempts.dead()
            unreadable = await stores.unreadable.all()
    except StoreUnavailable:
        return []  # the checks of the store say so
    given_up: Check = ("jobs", True, "none was given up")
    if dead:
        named = _some([letter.key for letter in dead])
        given_up = ("jobs", False, f"{len(dead)} given up: {named}; mend the cause, then: countersign retry")
    if not unreadable:
        return [given_up]
    named = _some(sorted({entry.place for entry in unreadable}))
    look = "who else writes to this Redis? See: countersign retry --list"
    return [given_up, ("unreadable entries", False, f"{len(unreadable)} set aside ({named}); {look}")]


async def _queues(url: str, number: int) -> list[Check]:
    """Whether somebody does the jobs of each queue; before the first start, nobody does those of any."""
    try:
        async with open_dockets(url, number) as dockets:
            queues = await dockets.state()
    except StoreUnavailable:
        return []  # the checks of the store say so
    idle = [queue.name for queue in queues if not queue.workers]
    if len(idle) == number:
        return [("workers", True, "none runs now")]
    if idle:
        mend = "start one with --queue and its number, or without --queue"
        return [("workers", False, f"nobody does the jobs of {_some(idle)}; {mend}")]
    each = ", ".join(f"{queue.workers} for {queue.name}" for queue in queues[:NAMED])
    return [("workers", True, each if number <= NAMED else f"{each} and so on")]


def _some(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"


async def _slack(settings: Settings) -> list[Check]:
    if settings.slack_client_id is not None:
        return await check_workspaces(settings)
    if settings.slack_bot_token is None:
        return [("Slack token", False, "SLACK_BOT_TOKEN is not set")]
    app_token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else None
    checks = await check_slack(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, app_token)
    if app_token is None:
        is_set = settings.slack_signing_secret is not None
        sentence = "set" if is_set else "neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set"
        checks.append(("Slack signing secret", is_set, sentence))
    return checks


async def _names(settings: Settings, policy: Policy | None) -> list[Check]:
    if settings.slack_bot_token is None or policy is None:
        return []
    channels = {"COUNTERSIGN_CHANNEL": settings.channel, "COUNTERSIGN_OPERATORS": settings.operators}
    token = settings.slack_bot_token.get_secret_value()
    return await check_names(token, settings.slack_api_url, policy, channels)
