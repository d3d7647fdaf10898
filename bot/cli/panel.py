"""What the log says of steps and jobs, for the panel of the demo's page that shows what just happened."""

import logging
from collections.abc import Callable

Tell = Callable[[str, str], None]


class Panel(logging.Handler):
    """Tells on what our own entries say; they hold counts and ids, never what people wrote."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.tell: Tell | None = None
        self._last: tuple[str, str] | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Pass an entry on, where there is somebody to tell and something to say."""
        entry = record.msg
        if self.tell is None or not isinstance(entry, dict):
            return
        told = said(entry)
        # Several jobs may find that the first of them has shown everything.
        if told is not None and told != self._last:
            self._last = told
            self.tell(*told)


def said(entry: dict[str, object]) -> tuple[str, str] | None:
    """What happened, and the details; ``None`` for entries that are of no interest here."""
    match entry:
        case {"event": "step stored", "review": review, "version": version}:
            kinds = [("turn", entry.get("turns")), ("decision", entry.get("decisions"))]
            counted = [f"{number} {kind}{'' if number == 1 else 's'}" for kind, number in kinds if number]
            jobs = entry.get("jobs")
            then = f"; queued: {', '.join(map(str, jobs))}" if isinstance(jobs, list) and jobs else ""
            return f"stored {' and '.join(counted) or 'state'}", f"{review}, version {version}{then}"
        case {"event": "job done", "job": str(job)}:
            name, *ids = job.split(":")
            return f"job {name} done", ids[1] if len(ids) > 1 else ""
        case {"event": "job failed", "job": str(job), "reference": reference}:
            return f"job {job.split(':')[0]} failed, to be tried again", f"reference {reference}"
        case _:
            return None
