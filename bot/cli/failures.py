"""Errors that end a command, and what to tell its user of them."""


class CommandError(Exception):
    """A command cannot do what it was asked for; the message is one sentence for its user."""

    code = 2  # with which the process ends


class OpenQuestion(CommandError):
    """A file has two readings, and its user has to say which; the message has a line for each question."""

    code = 1


def advice_on(error: Exception) -> str | None:
    """One sentence for a user who can mend it; ``None`` where the error is a fault of ours."""
    from bot.application.current_policy import PolicyUnreadable
    from bot.config.settings import SettingsError
    from bot.domain.policy import PolicyError
    from bot.intake import IntakeError
    from bot.sandbox.standalone import SandboxNotStarted
    from bot.store import InstallationUnreadable, StoreUnavailable, UnreadableLayout
    from bot.store.topology.embedded import EmbeddedServerError
    from handlers.outbound.client import SlackRefused

    mendable = (
        *(CommandError, SettingsError, PolicyError, PolicyUnreadable, IntakeError),
        *(InstallationUnreadable, EmbeddedServerError, SlackRefused, SandboxNotStarted, UnreadableLayout),
    )
    if isinstance(error, mendable):
        return str(error)
    if isinstance(error, StoreUnavailable):
        why = type(error.__cause__ or error).__name__
        return f"Redis cannot be reached ({why}); check REDIS_URL."
    if isinstance(error, OSError):
        return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}."
    return None
