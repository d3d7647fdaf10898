"""Large files on the command line: within bounds of memory, and with a line that says how far it is."""

import asyncio
import contextlib
import json
import os
import pty
import re
import sys
from pathlib import Path

import pytest

from tests.processes import environment

HEADER = "date,vendor,amount,currency,memo,invoice\n"
MOST_MB = 400  # of a process that takes in and judges the largest batch
# The peak of this very process: that of its children (getrusage) counts what its parent had before it began.
PEAK = """
import atexit, sys
atexit.register(lambda: print(open("/proc/self/status").read(), file=sys.stderr))
sys.argv = ["countersign", *sys.argv[1:]]
from bot.cli.main import main
main()
"""


def ledger(count: int) -> str:
    """Payments of three months to 3,000 vendors; no two alike, and few of them remarkable."""
    return HEADER + "".join(
        f"2026-{9 + ref % 3:02}-{ref * 7 % 28 + 1:02},Vendor {ref * 7919 % 3_000} Ltd,"
        f"{(1_013 + ref * 977 % 90_000) / 100:.2f},GBP,Delivery {ref},INV-{ref * 104_729 % 999_983}\n"
        for ref in range(count)
    )


@pytest.mark.story
@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process is read as Linux tells it")
async def test_the_largest_batch_is_judged_within_its_memory(tmp_path: Path) -> None:
    (tmp_path / "payments.csv").write_text(ledger(50_000))
    arguments = ("assess", "payments.csv", "--no-model", "--json", "--on", "2026-11-28")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PEAK, *arguments,
        cwd=tmp_path, env=environment(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, told = await process.communicate()
    assert process.returncode == 0, told
    lines = out.splitlines()
    assert json.loads(lines[-1])["summary"]["transactions"] == 50_000
    peak = re.search(rb"VmHWM:\s+(\d+) kB", told)
    assert peak is not None
    assert int(peak[1]) / 1024 < MOST_MB


def all_shown(terminal: int) -> str:
    """Everything that was written to a terminal, until nobody has it open any more."""
    shown = b""
    with contextlib.suppress(OSError), os.fdopen(terminal, "rb", buffering=0) as reader:
        while part := reader.read(100_000):
            shown += part
    return shown.decode(errors="replace")


@pytest.mark.story
@pytest.mark.parametrize("form", [(), ("--json",)])
async def test_a_terminal_is_told_how_far_it_is_and_nobody_else(
    tmp_path: Path, form: tuple[str, ...]
) -> None:
    (tmp_path / "payments.csv").write_text(ledger(60))
    (tmp_path / "before.csv").write_text(ledger(40))
    arguments = ("-m", "bot", "assess", "payments.csv", "--history", "before.csv", "--no-model", *form)
    terminal, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments,
        cwd=tmp_path, env=environment(TERM="xterm"), stdout=asyncio.subprocess.PIPE, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown, (out, _) = await asyncio.gather(
        asyncio.to_thread(all_shown, terminal),  # meanwhile: a terminal that nobody reads takes no more
        process.communicate(),
    )
    assert process.returncode == 0
    for words in ("Reading files", "Reading the history", "Judging by the policy", "60/60"):
        assert words in shown
    assert b"Judging" not in out
    if form:
        assert json.loads(out.splitlines()[-1])["summary"]["transactions"] == 60
