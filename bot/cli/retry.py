"""``countersign retry``: jobs that were given up, tried again."""

from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.cli.failures import CommandError
from bot.cli.stores import configured_stores
from bot.domain.text import plural
from bot.store import DeadLetter, Stores


async def discard_unreadable(data: Path | None) -> None:
    """Forget the entries that were set aside because nobody could read them."""
    async with configured_stores(data) as stores:
        number = await stores.unreadable.discard()
    print(f"{_entries(number)} that could not be read {'was' if number == 1 else 'were'} forgotten.")


async def drop_jobs(key: str | None, team: str | None, data: Path | None) -> None:
    """Forget one dead letter, or those of a workspace, whose jobs are never done then.

    It is for what nobody can mend, as where a workspace never comes back. Raises ``CommandError`` where
    neither is named, or no dead letter has this key.
    """
    if key is None and team is None:
        raise CommandError("Name the job that is never to be done, or its workspace with --team.")
    async with configured_stores(data) as stores:
        letters = await _letters(stores, key, team)
        for letter in letters:
            await stores.job_attempts.forget(letter)
    print(f"{plural(len(letters), 'job')} dropped. Nothing that was decided depends on them.")


async def retry_jobs(key: str | None, team: str | None, list_only: bool, data: Path | None) -> None:
    """Have one dead letter, those of a workspace, or all, queued again by the next sweep; or only list them.

    The list names what was set aside because nobody could read it too. Raises ``CommandError`` where no dead
    letter has this key.
    """
    async with configured_stores(data) as stores:
        unreadable = await stores.unreadable.all() if list_only and team is None else []
        letters = await _letters(stores, key, team)
        for letter in letters:
            if not list_only:
                await stores.job_attempts.ask_again(letter)
    console = Console()
    for letter in letters:
        console.print(Text(_sentence(letter)))
    for entry in unreadable:
        said = f"{entry.name} set aside: {entry.why}; it holds {entry.content or 'nothing'}"
        console.print(Text(f"{entry.at:%Y-%m-%d %H:%M} UTC  {said}"))
    if list_only or not letters:
        console.print(f"{plural(len(letters), 'job')} given up.")
        if unreadable:
            forget = "when you know who wrote them: countersign retry --discard"
            console.print(f"{_entries(len(unreadable))} set aside that cannot be read; {forget}")
    else:
        console.print(f"{plural(len(letters), 'job')} to be tried again by a running worker within seconds.")


async def _letters(stores: Stores, key: str | None, team: str | None) -> list[DeadLetter]:
    """The letter with this key, those of a workspace, or all; the first id of a job is its workspace."""
    letters = [
        letter
        for letter in await stores.job_attempts.dead()
        if key in (None, letter.key) and team in (None, *letter.ids[:1])
    ]
    if key is not None and not letters:
        raise CommandError(f"No job {key} was given up; countersign retry --list names them.")
    return letters


def _entries(number: int) -> str:
    return f"{number:,} {'entry' if number == 1 else 'entries'}"


def _sentence(letter: DeadLetter) -> str:
    if letter.cause:
        return f"{letter.at:%Y-%m-%d %H:%M} UTC  {letter.key}  {letter.cause}"
    cause = f"reference {letter.reference}" if letter.reference else "it ended its worker each time"
    return f"{letter.at:%Y-%m-%d %H:%M} UTC  {letter.key}  {letter.begun} tries, {cause}"
