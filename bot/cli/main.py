"""The ``countersign`` command line; errors are one sentence on stderr and exit code 2.

What is left open, as a question about a file or a row that was refused, is exit code 1.
"""

import os
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from bot import __version__
from bot.cli.commands.assess import assess_command
from bot.cli.commands.audit import audit_commands
from bot.cli.commands.backup import backup_command, restore_command
from bot.cli.commands.demo import demo_command
from bot.cli.commands.digest import digest_command
from bot.cli.commands.doctor import doctor_command
from bot.cli.commands.eval import eval_command
from bot.cli.commands.export import export_command
from bot.cli.commands.forget import forget_command
from bot.cli.commands.legal_hold import legal_hold_commands
from bot.cli.commands.list import list_command
from bot.cli.commands.manifest import manifest_command
from bot.cli.commands.migrate import migrate_command
from bot.cli.commands.policy import policy_commands
from bot.cli.commands.retry import retry_command
from bot.cli.commands.run import run_command
from bot.cli.commands.sandbox import sandbox_command
from bot.cli.commands.show import show_command
from bot.cli.commands.vendors import vendors_commands
from bot.cli.commands.watch import watch_command
from bot.cli.commands.worker import worker_command
from bot.cli.commands.workspaces import workspaces_commands
from bot.cli.failures import CommandError, advice_on

app = typer.Typer(
    name="countersign",
    help="A finance bot for Slack: routine payments are approved, suspicious ones wait for a human.",
    add_completion=False,
    pretty_exceptions_enable=False,
)

# In the order of ``countersign --help``, which names the groups last.
COMMANDS: dict[str, Callable[..., None]] = {
    "demo": demo_command,
    "sandbox": sandbox_command,
    "run": run_command,
    "worker": worker_command,
    "doctor": doctor_command,
    "retry": retry_command,
    "migrate": migrate_command,
    "assess": assess_command,
    "eval": eval_command,
    "list": list_command,
    "show": show_command,
    "export": export_command,
    "watch": watch_command,
    "digest": digest_command,
    "manifest": manifest_command,
    "backup": backup_command,
    "restore": restore_command,
    "forget": forget_command,
}
GROUPS = {
    "audit": audit_commands,
    "vendors": vendors_commands,
    "policy": policy_commands,
    "legal-hold": legal_hold_commands,
    "workspaces": workspaces_commands,
}

for name, command in COMMANDS.items():
    app.command(name)(command)
for name, group in GROUPS.items():
    app.add_typer(group, name=name)


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


def main() -> None:
    """Run the command line; what a user can mend is one sentence, never a trace."""
    try:
        sys.exit(app(standalone_mode=False))
    except typer.Abort:  # somebody said no, or pressed Ctrl-C, where a command asks
        _fail("Nothing was changed.")
    except typer.TyperException as error:
        _fail(f"{' '.join(error.format_message().split()).rstrip('.')}.")
    except BrokenPipeError:
        # Whoever read our output has left (``| head``); Python must not trip over it again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # which of them a user can mend is known only after heavy imports
        sentence = advice_on(error)
        if sentence is None:
            raise
        _fail(sentence, error.code if isinstance(error, CommandError) else 2)


def _fail(sentence: str, code: int = 2) -> None:
    print(f"countersign: {sentence}", file=sys.stderr)
    sys.exit(code)
