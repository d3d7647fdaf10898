"""The panel of the demo's page, which shows what the bot has just stored and which jobs it has done."""

from collections.abc import Callable, Sequence

Show = Callable[[str, str], None]  # shows what happened, and the details


class Panel:
    """An observer that shows steps and jobs in words; they are ids and counts, never what people wrote."""

    def __init__(self, show: Show) -> None:
        self._show = show
        self._last: tuple[str, str] | None = None

    def step_stored(
        self, review_id: str, version: int, turns: int, decisions: int, jobs: Sequence[str]
    ) -> None:
        """Show that a review has a new version; ``jobs`` are the names of the jobs that it queues."""
        counts = [("turn", turns), ("decision", decisions)]
        parts = [f"{count} {noun}{'' if count == 1 else 's'}" for noun, count in counts if count]
        queued = f"; queued: {', '.join(jobs)}" if jobs else ""
        self._show_once(f"stored {' and '.join(parts) or 'state'}", f"{review_id}, version {version}{queued}")

    def job_done(self, key: str) -> None:
        """Show that a job has succeeded; its key begins with its name, its team and the review's id.

        What a worker does by itself for a whole workspace has no such id, and follows from nothing there.
        """
        name, *ids = key.split(":")
        if len(ids) > 1:
            self._show_once(f"job {name} done", ids[1])

    def job_failed(self, key: str, reference: str) -> None:
        """Show that a job has failed; ``reference`` finds the failure in the log."""
        self._show_once(f"job {key.split(':')[0]} failed, to be tried again", f"reference {reference}")

    def _show_once(self, what: str, detail: str) -> None:
        # Several jobs in a row may find that the first of them has shown everything.
        if (what, detail) != self._last:
            self._last = (what, detail)
            self._show(what, detail)
