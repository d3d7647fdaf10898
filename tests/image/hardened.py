"""A command in the image as an orchestrator runs it: a root that cannot be written to, and no right at all.

buildah with chroot isolation mounts the root for writing, so this is done by hand, with the same calls of
the system: name spaces of its own for mounts and processes, the root bound for reading alone, a /tmp in
memory, the image's user, an empty bounding set, no new rights. Network and host name are this machine's.
"""

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ENTER = """
set -e
mount --make-rprivate /
mount --bind "$ROOT" "$ROOT"
mount --rbind /dev "$ROOT/dev"
mount -t proc proc "$ROOT/proc"
mount -t tmpfs -o mode=1777 tmpfs "$ROOT/tmp"
mount --bind "$DATA" "$ROOT/data"
mount -o remount,bind,ro "$ROOT"
cd "$ROOT"
exec chroot "$ROOT" setpriv --reuid="$USER_ID" --regid="$USER_ID" --clear-groups --no-new-privs \
    --inh-caps=-all --bounding-set=-all env -i -C /data "$@"
"""
STOP_SECONDS = 10
Json = dict[str, Any]


class Image:
    """What an image says of itself, and its files at ``root``, a folder of this machine."""

    def __init__(self, described: Json, root: Path) -> None:
        self.config: Json = described["Docker"]["config"]
        self.root = root
        self.user_id = int(self.config["User"].partition(":")[0])

    def start(self, data: Path, *command: str, **settings: str) -> "subprocess.Popen[str]":
        """Start a command with the image's variables and these settings; ``data`` is its /data."""
        variables = [*self.config["Env"], *(f"{name}={value}" for name, value in settings.items())]
        place = {"ROOT": str(self.root), "DATA": str(data), "USER_ID": str(self.user_id)}
        spaces = ("unshare", "--mount", "--pid", "--fork")
        return subprocess.Popen(
            [*spaces, "sh", "-c", ENTER, "sh", *variables, *command],
            env={"PATH": os.environ["PATH"], **place},
            stdout=subprocess.PIPE,
            text=True,
        )

    def said(self, data: Path, *command: str, **settings: str) -> str:
        """What a command prints; it must end well."""
        process = self.start(data, *command, **settings)
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0, (command, out)
        return out

    def is_healthy(self, data: Path) -> bool:
        """What the image's own health check says."""
        _, *check = self.config["Healthcheck"]["Test"]
        process = self.start(data, "sh", "-c", '"$@" 2>/dev/null', "sh", *check)
        process.communicate(timeout=60)
        return process.returncode == 0


def stop(process: "subprocess.Popen[str]") -> None:
    """Tell a command to stop, as an orchestrator does; it must end well, and in time."""
    _signal(process, signal.SIGTERM)
    process.communicate(timeout=STOP_SECONDS)  # or it raises
    assert process.returncode == 0, process.returncode


@contextlib.contextmanager
def running(image: Image, data: Path, *command: str, **settings: str) -> Iterator["subprocess.Popen[str]"]:
    """A command that runs until left; it is killed where it still does."""
    process = image.start(data, *command, **settings)
    try:
        yield process
    finally:
        if process.poll() is None:
            _signal(process, signal.SIGKILL)
        process.communicate(timeout=STOP_SECONDS)


def _signal(process: "subprocess.Popen[str]", number: signal.Signals) -> None:
    """Send a signal to the command itself, the first of its name space, with which all of that ends."""
    for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        os.kill(int(child), number)


def first_line(process: "subprocess.Popen[str]") -> Json:
    """What a command prints as JSON when it is ready."""
    assert process.stdout is not None
    line: Json = json.loads(process.stdout.readline())
    return line
