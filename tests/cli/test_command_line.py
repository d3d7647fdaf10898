"""How every command is called, and what a mistake gets: one sentence on stderr and exit code 2."""

import asyncio
import json
from pathlib import Path

import pytest

from bot import __version__
from bot.cli.main import COMMANDS, GROUPS
from bot.sandbox import Sandbox
from tests.processes import Ended, answered, called, countersign, program

HEAVY = ("redis", "docket", "openai", "slack_bolt", "aiohttp", "uvicorn", "pydantic_settings", "bot.domain")


def one_sentence(ended: Ended, *words: str) -> None:
    """Fails unless the command ended with 2 and said just one thing."""
    assert ended.code == 2, ended
    assert ended.out == ""
    assert ended.err.startswith("countersign: ")
    assert ended.err.endswith(".\n")
    assert ended.err.count("\n") == 1, ended.err
    for word in words:
        assert word in ended.err


async def test_every_command_explains_itself(tmp_path: Path) -> None:
    names = [*COMMANDS, *GROUPS]
    whole, *each = await asyncio.gather(
        countersign(tmp_path, "--help"),
        *(answered(tmp_path, name, "--help") for name in names),
    )
    assert all(name in whole.out for name in names)
    for name, ended in zip(names, each, strict=True):
        assert (ended.code, ended.err) == (0, "")
        assert f"countersign {name} [OPTIONS]" in ended.out


async def test_nothing_heavy_is_imported_to_explain_a_command(tmp_path: Path) -> None:
    for name in ("demo", "audit"):
        (tmp_path / f"{name}.py").write_text(
            "import sys\nfrom bot.cli.main import main\n"
            f"sys.argv = ['countersign', '{name}', '--help']\n"
            "try:\n    main()\n"
            f"finally:\n    print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)\n"
        )
        async with program(tmp_path, f"{name}.py") as started:
            assert started.process.stdout is not None
            await started.process.stdout.read()
            assert await started.process.wait() == 0
            assert started.errors.read_text() == "[]\n"


async def test_the_version_is_one_line_and_no_command_is_a_call_for_help(tmp_path: Path) -> None:
    version, nothing = await asyncio.gather(countersign(tmp_path, "--version"), countersign(tmp_path))
    assert version == Ended(0, f"{__version__}\n", "")
    assert nothing.code == 0
    assert "Commands" in nothing.out


@pytest.mark.parametrize(
    ("arguments", "settings", "says"),
    [
        (["approve"], {}, "No such command 'approve'"),
        (["show"], {}, "Missing argument"),
        (["show", "*"], {}, "not the name of a review"),
        (["show", "R-7K3F2"], {"REDIS_URL": "redis://127.0.0.1:1"}, "check REDIS_URL"),
        (["show", "R-7K3F2"], {"REDIS_URL": "redis://:hunter2@db:none"}, "REDIS_URL: "),
        (["show", "R-7K3F2"], {"COUNTERSIGN_DATA": "/proc/none"}, "No such file or directory: "),
        (["demo", "--port", "eighty"], {}, "--port"),
        (["demo", "--port", "65536"], {}, "65535"),
        (["run"], {"PORT": "http"}, "PORT: "),
        (["run"], {}, "Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET"),
        (["run"], {"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN is not set"),
        (["worker"], {}, "SLACK_BOT_TOKEN is not set"),
        (["assess", "payments.csv"], {"COUNTERSIGN_POLICY": "nowhere.toml"}, "nowhere.toml cannot be read"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_mistake_gets_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    settings: dict[str, str],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    ended = called(capsys, *arguments)
    one_sentence(ended, says)
    assert "hunter2" not in ended.err


async def test_a_port_in_use_is_said_and_nothing_else_is_left(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        port = sandbox.url.rpartition(":")[2]
        told = {
            "PORT": port,
            "SLACK_API_URL": sandbox.api_url,
            "SLACK_BOT_TOKEN": sandbox.bot_token,
            "SLACK_SIGNING_SECRET": sandbox.signing_secret,
        }
        in_demo, over_http, probed = await asyncio.gather(
            countersign(tmp_path, "demo", "--port", port, "--data", "data"),
            countersign(tmp_path, "run", **told),
            countersign(tmp_path, "worker", **(told | {"METRICS_PORT": port, "COUNTERSIGN_DATA": "other"})),
        )
    one_sentence(in_demo, f"Port {port} is in use", "--port")
    one_sentence(over_http, f"Port {port} of 127.0.0.1 is in use; set PORT to another")
    one_sentence(probed, f"Port {port} of 127.0.0.1 is in use; set METRICS_PORT to another")


def test_the_manifest_is_printed_for_both_ways_in(capsys: pytest.CaptureFixture[str]) -> None:
    socket, url = called(capsys, "manifest"), called(capsys, "manifest", "--url", "https://bot.example/")
    assert json.loads(socket.out)["settings"]["socket_mode_enabled"] is True
    assert "https://bot.example/slack/events" in url.out
    assert json.loads(url.out)["settings"]["socket_mode_enabled"] is False
