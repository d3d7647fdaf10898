"""``countersign retry``: jobs that were given up, tried again."""

from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.cli.stored import stored
from bot.config.settings import SettingsError
from bot.store import DeadLetter, JobAttempts


async def run_retry(key: str | None, listing: bool, data: Path | None) -> None:
    """Ask for one dead letter or for all of them again, or only list them."""
    async with stored(data) as redis:
        letters = JobAttempts(redis)
        dead = [one for one in await letters.dead() if key in (None, one.key)]
        if key is not None and not dead:
            raise SettingsError(f"There is no dead letter {key}; countersign retry --list names them.")
        for letter in dead:
            if not listing:
                await letters.ask_again(letter)
    console = Console()
    for letter in dead:
        console.print(Text(line(letter)))
    if listing or not dead:
        console.print(f"{len(dead)} dead letters.")
    else:
        console.print(f"{len(dead)} to be tried again; a running worker takes them up within seconds.")


def line(letter: DeadLetter) -> str:
    """One dead letter in words."""
    cause = f"reference {letter.reference}" if letter.reference else "it ended its worker each time"
    return f"{letter.at:%Y-%m-%d %H:%M} UTC  {letter.key}  {letter.begun} tries, {cause}"
