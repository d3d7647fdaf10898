"""``countersign doctor``: every setting against the real thing, and what to mend."""

import asyncio
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.app import model_of, redis_of
from bot.application.check import all_reviews, check_review
from bot.cli.stored import stored
from bot.config.policy_source import SanctionsSource, read_policy
from bot.config.settings import Settings, read_settings
from bot.domain.policy import PolicyError
from bot.llm import ModelFault
from bot.llm.batch import Flags
from bot.store import JobAttempts, ReviewStore, Shelf, StoreUnavailable, connect
from bot.store.topology.embedded import EmbeddedServerError
from bot.store.topology.health import Check, check_store
from handlers.health import check_slack

NAMED = 5  # dead letters that stand in one line
AGAIN_AFTER = 2.0  # seconds; what was just decided takes a moment to be shown


async def run_soundness(data: Path | None) -> bool:
    """Print what does not fit together in any stored review, and a line of figures; whether all does."""
    looked = found = 0
    async with stored(data) as redis:
        reviews, shelf = ReviewStore(redis), Shelf(redis)
        suspects: list[tuple[str, str]] = []
        async for team, review in all_reviews(redis):
            looked += 1
            if await check_review(reviews, shelf, team, review):
                suspects.append((team, review))
        if suspects:
            await asyncio.sleep(AGAIN_AFTER)
        for team, review in suspects:
            for problem in await check_review(reviews, shelf, team, review):
                found += 1
                print(f"mend  {review} ({team}): {problem}")
    print(f"{looked} reviews, {found} problems")
    return not found


async def run_doctor() -> bool:
    """Print a line a check; whether all is well."""
    settings = read_settings()
    checks = [_policy(settings), *await _store(settings), *await _slack(settings), await _model(settings)]
    console = Console()
    for name, fine, said in checks:
        console.print(Text(f"{'ok  ' if fine else 'mend'}  {name}: {said}"), style="" if fine else "bold red")
    return all(fine for _, fine, _ in checks)


def _policy(settings: Settings) -> Check:
    try:
        policy = read_policy(settings.policy)
        listed = SanctionsSource().of(policy)
    except PolicyError as error:
        return ("policy", False, str(error))
    who = f"{len(policy.approvers)} approvers" if policy.approvers else "anyone but the submitter decides"
    names = f", {len(listed):,} sanctioned names of {listed.as_of.isoformat()}" if listed else ""
    return ("policy", True, f"version {policy.version}, {policy.human_input_mode.value}, {who}{names}")


async def _store(settings: Settings) -> list[Check]:
    try:
        async with redis_of(settings) as url:
            checks = await check_store(url)
            return [*checks, *await _jobs(url)] if checks[0][0] != "Redis" else checks
    except (EmbeddedServerError, OSError) as error:
        return [("Redis", False, str(error))]


async def _jobs(url: str) -> list[Check]:
    client = connect(url)
    try:
        dead = await JobAttempts(client).dead()
    except StoreUnavailable:
        return []  # said already
    finally:
        await client.aclose()
    if not dead:
        return [("jobs", True, "none was given up")]
    some = ", ".join(letter.key for letter in dead[:NAMED])
    more = f" and {len(dead) - NAMED} more" if len(dead) > NAMED else ""
    return [("jobs", False, f"{len(dead)} given up: {some}{more}; mend the cause, then: countersign retry")]


async def _slack(settings: Settings) -> list[Check]:
    if settings.slack_bot_token is None:
        return [("Slack token", False, "SLACK_BOT_TOKEN is not set")]
    app_token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else None
    checks = await check_slack(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, app_token)
    if app_token is None:
        secret = settings.slack_signing_secret is not None
        said = "set" if secret else "neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set"
        checks.append(("Slack signing secret", secret, said))
    return checks


async def _model(settings: Settings) -> Check:
    async with model_of(settings) as model:
        if model is None:
            return ("model", True, "none is set (OPENAI_API_KEY); the policy alone judges")
        try:
            await model.complete(
                system='Answer {"flags": [], "seen": "ok"}.', user="ok", schema=Flags, max_tokens=50
            )
        except ModelFault as fault:
            return ("model", False, f"{model.name}: {fault.reason}")
        return ("model", True, f"{model.name} answers in the shape that is asked for")
