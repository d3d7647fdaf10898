"""The files that deploy, read as the tools read them, and what the code says about the same things."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config.settings import Settings
from handlers.inbound.probes import Readiness, probe_routes

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
TOOLS = ROOT / ".venv/deploy/bin"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
KNOWN_SETTINGS = {str(field.alias) for field in Settings.model_fields.values()}

Json = dict[str, Any]


def needs_tools(test: Callable[..., Any]) -> Callable[..., Any]:
    """Marks a test that starts tools which ``make deploy-test`` installs and runs these tests with."""
    skipped = pytest.mark.skipif(
        not (TOOLS / "hadolint").exists(), reason="make deploy-test installs the tools"
    )
    marked: Callable[..., Any] = pytest.mark.story(skipped(test))
    return marked


def ran(*command: str | Path, cwd: Path = DEPLOY) -> str:
    """What a tool prints; what it finds fault with fails the test."""
    ended = subprocess.run(command, capture_output=True, text=True, cwd=cwd)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def documents(path: Path) -> list[Json]:
    """Every document of a YAML file."""
    return [document for document in yaml.safe_load_all(path.read_text("utf-8")) if document]


def image_setting(name: str) -> str:
    """A variable that the image sets."""
    (value,) = re.findall(rf"^(?:ENV)? +{name}=(\S+)", DOCKERFILE, re.MULTILINE)
    return str(value)


def image_user() -> int:
    """The user that the image runs as."""
    (user,) = re.findall(r"^USER (\d+):\d+$", DOCKERFILE, re.MULTILINE)
    return int(user)


def probe_paths() -> set[str]:
    """The paths that an operator's port serves."""

    async def answers() -> bool:
        return True

    async def stored() -> None:
        return None

    return {route.path for route in probe_routes(Readiness(answers), stored)}


def bytes_of(size: str) -> int:
    """A size as Kubernetes and compose write it: 512Mi, 512M, 1G."""
    number, unit = re.fullmatch(r"(\d+)([MG])i?", size).groups()  # type: ignore[union-attr]  # else it fails
    return int(number) << {"M": 20, "G": 30}[unit]
