"""The wheel is whole: what it installs works where there is no repository."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.processes import program

ROOT = Path(__file__).resolve().parents[1]
ROWS = "date,vendor,amount,currency,memo\n2026-11-24,Acme Corp,12000.10,USD,Workshop\n"


def installed(folder: Path) -> Path:
    """A folder with what a new wheel installs, and nothing of the repository in it."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = (folder / "dist").glob("countersign-*.whl")
    with zipfile.ZipFile(wheel) as content:
        content.extractall(folder / "site")
    return folder / "site"


def python(empty: Path, site: Path, *arguments: str) -> str:
    """What Python prints in an empty folder, with the installed packages alone."""
    ended = subprocess.run(
        [sys.executable, *arguments],
        cwd=empty,
        env={"PYTHONPATH": str(site)},
        check=True,
        capture_output=True,
        text=True,
    )
    return ended.stdout


async def test_what_the_wheel_installs_judges_a_file_and_runs_the_demo(tmp_path: Path) -> None:
    site, empty = installed(tmp_path), tmp_path / "empty"
    empty.mkdir()
    (empty / "payments.csv").write_text(ROWS)
    packages = python(empty, site, "-c", "import bot, handlers; print(bot.__file__, handlers.__file__)")
    assert all(Path(package).is_relative_to(site) for package in packages.split())

    judged = python(empty, site, "-m", "bot", "assess", "payments.csv", "--no-model", "--json")
    assert '"verdict": "flagged"' in judged
    demo_arguments = ("-m", "bot", "demo", "--port", "0", "--json")
    async with program(empty, *demo_arguments, PYTHONPATH=str(site)) as demo:
        ready = json.loads(await demo.line())
        assert ready["workspace"].startswith("http://127.0.0.1:")
