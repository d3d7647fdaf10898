"""For which workspace something is done: noted where a request or a job begins, read wherever it matters.

A process that serves many workspaces does the work of each in a task of its own, and a task and all that it
starts have one context. Where nobody has noted a workspace there is none: no policy, no token, no channel.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass

from bot.application.installations import ServedWorkspace
from bot.config.errors import LoggableError
from bot.domain.policy import Policy


class NoWorkspace(LoggableError):
    """Something is done for no workspace that the bot is installed in."""


@dataclass(frozen=True, slots=True)
class AtWork:
    """The workspace that is served, and the policy that counts there."""

    workspace: ServedWorkspace
    policy: Policy


_at_work: ContextVar[AtWork | None] = ContextVar("at_work", default=None)


def at_work() -> AtWork:
    """What this task is at work for; raises ``NoWorkspace`` where it is for none."""
    work = _at_work.get()
    if work is None:
        raise NoWorkspace("This is done for no workspace that the bot is installed in.")
    return work


def is_at_work_for(home: str) -> bool:
    """Whether this task is at work for the installation with this id."""
    work = _at_work.get()
    return work is not None and work.workspace.home == home


def set_to_work(work: AtWork | None) -> None:
    """Note what this task is at work for from here on."""
    _at_work.set(work)


@contextlib.contextmanager
def set_to_work_within() -> Iterator[None]:
    """Put back, at the end of the block, what this task was at work for before."""
    token = _at_work.set(None)
    try:
        yield
    finally:
        _at_work.reset(token)
