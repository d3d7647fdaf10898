"""``countersign policy``: try, show, apply, history, diff."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands.options import DataOption, DocumentOption, PolicyOption, TeamOption

policy_commands = typer.Typer(
    help="The policy: put one into force, show it, try a draft on what was decided.", no_args_is_help=True
)


@policy_commands.command("try")
def policy_try_command(
    draft: Annotated[Path, typer.Argument(help="The draft, as a policy file.")],
    team: TeamOption = None,
    data: DataOption = None,
    as_json: DocumentOption = False,
) -> None:
    """Judge every stored payment again by a draft, beside what people decided; changes nothing."""
    from bot.cli.policy import try_draft

    asyncio.run(try_draft(draft, data, team, as_json))


@policy_commands.command("show")
def policy_show_command(
    data: DataOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Every value, as one JSON document.")] = False,
) -> None:
    """The policy in force, its version, and who brought it."""
    from bot.cli.policy import show_policy

    asyncio.run(show_policy(data, as_json))


@policy_commands.command("explain")
def policy_explain_command(
    amount: Annotated[str, typer.Option(help="The amount, as 60000.")],
    vendor: Annotated[str, typer.Option(help="The vendor.")] = "",
    currency: Annotated[str, typer.Option(help="Its currency; else that of the policy.")] = "",
    category: Annotated[str, typer.Option(help="The category.")] = "",
    finding: Annotated[list[str] | None, typer.Option(help="The code of a finding; may be repeated.")] = None,
    severity: Annotated[str, typer.Option(help="low, medium or high, of the worst finding.")] = "",
    channel: Annotated[str, typer.Option(help="Slack's id of the card's channel.")] = "",
    profile: Annotated[str, typer.Option(help="The profile that judges.")] = "",
    policy: PolicyOption = None,
    data: DataOption = None,
) -> None:
    """Who would have to decide a flagged payment, and why."""
    from bot.cli.policy_explain import explain

    about = {
        **{"vendor": vendor, "currency": currency.upper(), "category": category, "finding": finding},
        **{"severity": severity, "channel": channel, "profile": profile},
    }
    asyncio.run(explain(amount, about, policy, data))


@policy_commands.command("apply")
def policy_apply_command(
    file: Annotated[Path, typer.Argument(help="The policy file.")],
    loosen: Annotated[
        bool, typer.Option("--loosen", help="Let more pass, or more people decide, than now.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Put it into force without asking.")] = False,
    data: DataOption = None,
) -> None:
    """Show what a policy changes, then put it into force for every process."""
    from bot.cli.policy_history import apply_policy

    asyncio.run(apply_policy(file, data, loosen=loosen, ask=not yes))


@policy_commands.command("history")
def policy_history_command(data: DataOption = None, as_json: DocumentOption = False) -> None:
    """Every policy that came into force: when, who brought it from where, what it changed."""
    from bot.cli.policy_history import print_history

    asyncio.run(print_history(data, as_json))


@policy_commands.command("diff")
def policy_diff_command(
    first: Annotated[str, typer.Argument(help="A policy file, or a version or number of the history.")],
    second: Annotated[
        str | None, typer.Argument(help="What to compare it with; else the first with the one in force.")
    ] = None,
    data: DataOption = None,
    as_json: DocumentOption = False,
) -> None:
    """What changes between two policies, in words."""
    from bot.cli.policy_history import print_diff

    asyncio.run(print_diff(first, second, data, as_json))
