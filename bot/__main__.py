"""The ``countersign`` command line; errors are one sentence on stderr and exit code 2."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer._click.exceptions import ClickException

from bot import __version__

DEMO_DATA = Path(".countersign/demo")

app = typer.Typer(
    name="countersign",
    help="A finance bot for Slack: routine payments are approved, suspicious ones wait for a human.",
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line; what a user can mend is one sentence, never a trace."""
    try:
        sys.exit(app(standalone_mode=False))
    except ClickException as error:
        _fail(f"{' '.join(error.format_message().split()).rstrip('.')}.")
    except BrokenPipeError:
        # Whoever read our output has left (``| head``); Python must not trip over it again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        sentence = _mendable(error)
        if sentence is None:
            raise
        _fail(sentence)


def _mendable(error: Exception) -> str | None:
    """What to tell a user who can mend it; imported late, so that ``--help`` is there at once."""
    from bot.config.settings import SettingsError
    from bot.domain.policy import PolicyError
    from bot.intake import IntakeError
    from bot.sandbox.alone import NotStarted
    from bot.store import StoreUnavailable
    from bot.store.topology.embedded import EmbeddedServerError
    from handlers.inbound.bolt import SlackRefused

    told = (SettingsError, PolicyError, IntakeError, EmbeddedServerError, SlackRefused, NotStarted)
    if isinstance(error, told):
        return str(error)
    if isinstance(error, StoreUnavailable):
        why = type(error.__cause__ or error).__name__
        return f"Redis cannot be reached ({why}); check REDIS_URL."
    if isinstance(error, OSError):
        return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}."
    return None


def _fail(sentence: str) -> None:
    print(f"countersign: {sentence}", file=sys.stderr)
    sys.exit(2)


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run until done, or until SIGINT or SIGTERM ask for a clean stop."""

    async def stoppable() -> None:
        task = asyncio.current_task()
        loop = asyncio.get_running_loop()
        if task is not None:
            for name in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(name, task.cancel)
        await work

    try:
        asyncio.run(stoppable())
    except asyncio.CancelledError:
        return


@app.callback(invoke_without_command=True)
def countersign(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    """A finance bot for Slack."""
    if version:
        print(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())


@app.command()
def demo(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where the workspace is served on this machine.")
    ] = 8080,
    data: Annotated[Path, typer.Option(help="What the demo remembers.")] = DEMO_DATA,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON when ready.")] = False,
) -> None:
    """A Slack workspace in a box, with the bot in it: no account, no key, no Redis needed."""
    from bot.cli.demo import run_demo

    _run(run_demo(port, data, as_json))


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Where the workspace is served on this machine.")] = 8080,
    data: Annotated[Path | None, typer.Option(help="What the workspace remembers; else nothing.")] = None,
    request_url: Annotated[str | None, typer.Option(help="The app's address; else Socket Mode.")] = None,
    app_manifest: Annotated[
        Path | None,
        typer.Option("--manifest", help="Hold the app to the scopes and events of this JSON file."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON when ready.")] = False,
) -> None:
    """The Slack workspace of the demo alone, for any app."""
    from bot.sandbox.alone import run_alone

    _run(run_alone(port, data, request_url, as_json, app_manifest))


@app.command()
def run(
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Do jobs in this process too.")] = True,
) -> None:
    """The bot for a real workspace: Socket Mode where SLACK_APP_TOKEN is set, else HTTP."""
    from bot.cli.serve import run_bot

    _run(run_bot(worker))


@app.command()
def worker() -> None:
    """Jobs only; as many as you like against one Redis."""
    from bot.cli.serve import run_worker

    _run(run_worker())


@app.command()
def doctor(
    audit: Annotated[
        bool, typer.Option("--audit", help="Check every stored review instead, as after a restore.")
    ] = False,
    data: Annotated[Path | None, typer.Option(help="With --audit: the data folder of a demo.")] = None,
) -> None:
    """Check every setting against the real thing, and say what to mend."""
    from bot.cli.doctor import run_doctor, run_soundness

    if not asyncio.run(run_soundness(data) if audit else run_doctor()):
        raise typer.Exit(1)


@app.command()
def retry(
    key: Annotated[str | None, typer.Argument(help="The job, as doctor names it; without it, all.")] = None,
    listing: Annotated[bool, typer.Option("--list", help="Name them and change nothing.")] = False,
    data: Annotated[Path | None, typer.Option(help="The data folder of a demo.")] = None,
) -> None:
    """Try jobs again that were given up."""
    from bot.cli.retry import run_retry

    asyncio.run(run_retry(key, listing, data))


@app.command()
def assess(
    files: Annotated[list[Path], typer.Argument(help="CSV, TSV, TXT, XLS or XLSX.")],
    policy: Annotated[Path | None, typer.Option(help="A policy file instead of the default.")] = None,
    history: Annotated[
        Path | None, typer.Option(help="Payments made before: their vendors are known.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each transaction.")] = False,
    model: Annotated[bool, typer.Option("--model/--no-model", help="Ask the model, if one is set.")] = True,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of submission; else today.")
    ] = None,
) -> None:
    """What would be flagged, without Slack or Redis."""
    from bot.cli.assess import run_assess

    today = (on or datetime.now(UTC)).date()
    asyncio.run(run_assess(files, policy, history, today, as_json, model))


@app.command(name="eval")
def evaluation(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Dated payments as files; without any, our own samples.")
    ] = None,
    policy: Annotated[Path | None, typer.Option(help="A policy file instead of the default.")] = None,
    history: Annotated[
        Path | None, typer.Option(help="Payments made before; else the earlier half of each file.")
    ] = None,
    hostile: Annotated[
        Path | None, typer.Option(help='Lines of JSON with a "text" each, beside our own hostile texts.')
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed plants the same.")] = 1,
    plants: Annotated[int, typer.Option(min=1, max=500, help="Cases of each kind in each file.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    chart: Annotated[Path | None, typer.Option(help="Draw the figures into this PNG.")] = None,
    save: Annotated[Path | None, typer.Option(help="Write the figures into this file, as JSON.")] = None,
    page: Annotated[
        Path | None, typer.Option(help="Put the tables between the marks of this page (JUDGEMENT.md).")
    ] = None,
    model: Annotated[bool, typer.Option("--model/--no-model", help="Ask the model, if one is set.")] = True,
    scripted: Annotated[
        str | None, typer.Option(help="Ask a scripted model instead: obedient, dictated or anxious.")
    ] = None,
) -> None:
    """Plant violations into files and measure what is found, and what is flagged that should not be."""
    from bot.cli.evaluate import Output, Wanted, run_eval
    from bot.evaluation.scripted_models import SCRIPTED_MODELS

    if scripted is not None and scripted not in SCRIPTED_MODELS:
        raise typer.BadParameter(
            f"{scripted!r} is none of {', '.join(SCRIPTED_MODELS)}", param_hint="--scripted"
        )
    asked = scripted or ("configured" if model else "none")
    wanted = Wanted(files or [], policy, history, hostile, seed, plants, asked)
    asyncio.run(run_eval(wanted, Output(as_json, save, chart, page)))


@app.command()
def show(
    review: Annotated[str, typer.Argument(help="The review's id, as R-7K3F2.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    team: Annotated[str | None, typer.Option(help="The workspace, where several share one Redis.")] = None,
    data: Annotated[Path | None, typer.Option(help="The data folder of a demo.")] = None,
) -> None:
    """One review from Redis: transactions, findings, decisions, conversation, audit trail."""
    from bot.cli.show import run_show

    asyncio.run(run_show(review, as_json, team, data))


trails = typer.Typer(help="The audit trails: verify them, export them.", no_args_is_help=True)
app.add_typer(trails, name="audit")
Asked = Annotated[str | None, typer.Argument(help="The review's id; without it, all reviews.")]
Team = Annotated[str | None, typer.Option(help="This workspace alone.")]
Data = Annotated[Path | None, typer.Option(help="The data folder of a demo.")]


@trails.command()
def verify(
    review: Asked = None,
    team: Team = None,
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Follow every hash chain to its end, and name the first entry that is not as it was written."""
    from bot.cli.audit import run_verify

    if not asyncio.run(run_verify(review, team, data, as_json)):
        raise typer.Exit(1)


@trails.command()
def export(
    review: Asked = None,
    form: Annotated[
        str, typer.Option("--format", help="jsonl (exact) or csv (for reading; no formula acts).")
    ] = "jsonl",
    team: Team = None,
    data: Data = None,
) -> None:
    """Print every entry."""
    from bot.cli.audit import Format, run_export

    if form not in list(Format):
        raise typer.BadParameter(f"{form!r} is neither jsonl nor csv", param_hint="--format")
    asyncio.run(run_export(review, Format(form), team, data))


books = typer.Typer(help="What is known of payments made before.", no_args_is_help=True)
app.add_typer(books, name="vendors")


@books.command("import")
def vendors_import(
    file: Annotated[Path, typer.Argument(help="Payments made: CSV, TSV, TXT, XLS or XLSX.")],
    team: Team = None,
    data: Data = None,
) -> None:
    """Take the payments of a file as made: their vendors are known, and repeats of them are noticed."""
    from bot.cli.vendors import run_import

    asyncio.run(run_import(file, team, data))


@books.command("show")
def vendors_show(
    vendor: Annotated[str, typer.Argument(help="Its name, in any case and punctuation.")],
    team: Team = None,
    data: Data = None,
) -> None:
    """What is known of one vendor, the newest payments first."""
    from bot.cli.vendors import run_show

    asyncio.run(run_show(vendor, team, data))


policies = typer.Typer(help="The policy: show it, try a draft on what was decided.", no_args_is_help=True)
app.add_typer(policies, name="policy")


@policies.command(name="try")
def try_policy(
    draft: Annotated[Path, typer.Argument(help="The draft, as a policy file.")],
    team: Team = None,
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Judge every stored payment again by a draft, beside what people decided; changes nothing."""
    from bot.cli.policy import run_try

    asyncio.run(run_try(draft, data, team, as_json))


@policies.command(name="show")
def show_policy(
    as_json: Annotated[bool, typer.Option("--json", help="Every value, as one JSON document.")] = False,
) -> None:
    """The policy in force, and its version."""
    from bot.cli.policy import run_show

    run_show(as_json)


@app.command()
def manifest(
    url: Annotated[
        str | None, typer.Option(help="The bot's public address; without it, Socket Mode.")
    ] = None,
) -> None:
    """The Slack app manifest, to paste where Slack asks for one."""
    from handlers.manifest import manifest as make

    print(json.dumps(make(url), indent=2))


if __name__ == "__main__":
    main()
