"""The unit for systemd: no right to more than it needs, time to end, settings that exist."""

import subprocess
from shutil import which

import pytest

from bot.cli.main import COMMANDS
from bot.worker.background import DRAIN_SECONDS
from handlers.inbound.http_server import FINISH_SECONDS
from tests.deploy.files import DEPLOY, KNOWN_SETTINGS

UNIT = DEPLOY / "systemd/countersign.service"


def settings_of_unit() -> dict[str, str]:
    """Each line of the unit by its name."""
    lines = UNIT.read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def test_the_unit_starts_a_command_with_settings_that_exist_and_lets_it_end() -> None:
    unit = settings_of_unit()
    program, command = unit["ExecStart"].split()
    assert program.endswith("/countersign")
    assert command in COMMANDS
    settings = dict(pair.split("=", 1) for pair in unit["Environment"].split())
    assert settings.keys() <= KNOWN_SETTINGS
    assert settings["COUNTERSIGN_DATA"] == f"/var/lib/{unit['StateDirectory']}"
    assert int(unit["TimeoutStopSec"]) > FINISH_SECONDS + DRAIN_SECONDS
    assert (unit["DynamicUser"], unit["NoNewPrivileges"], unit["ProtectSystem"]) == ("yes", "yes", "strict")
    assert unit["CapabilityBoundingSet"] == ""


def test_systemd_knows_every_line_of_the_unit() -> None:
    analyze = which("systemd-analyze")
    if analyze is None:
        pytest.skip("there is no systemd-analyze on this machine (Debian's package systemd has it)")
    said = subprocess.run([analyze, "verify", UNIT], capture_output=True, text=True).stderr
    unknown = [line for line in said.splitlines() if UNIT.name in line and "is not executable" not in line]
    assert not unknown
