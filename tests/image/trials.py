"""What is tried in the image: what is in it, the demo's first card, a decision by a bot as it is deployed."""

import json
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.image.hardened import Image, first_line, running, stop
from tests.office import SEED, cards
from tests.supply_chain.__main__ import listed

Json = dict[str, Any]
BILL = "opt/countersign/bom.json"
DEMO_PORT, WORKSPACE_PORT = 8071, 8073
PATIENCE = 60.0
COMMAND = {"command": "/transactions", "text": SEED}

# Asked inside: which packages are installed, by the names that registries compare; where it can write.
INSTALLED = """
import json, re
from importlib.metadata import distributions
named = [(re.sub("[-_.]+", "-", found.name).lower(), found.version) for found in distributions()]
print(json.dumps(sorted(named)))
"""
WRITABLE = """
import errno, json, os
found = {}
for folder, _, _ in os.walk("/"):
    if folder.split("/")[1] in ("proc", "dev", "sys"):
        continue
    try:
        with open(f"{folder}/written", "x"):
            os.unlink(f"{folder}/written")
        found[folder] = "written"
    except OSError as error:
        found[folder] = errno.errorcode[error.errno]
print(json.dumps(found))
"""
RIGHTS = "print(open('/proc/self/status').read())"


def look_inside(image: Image, data: Path) -> str:
    """Look at what is in the image, where it can be written to, and what a process in it may do."""
    assert image.said(data, "countersign", "--version").strip()
    tools = (
        "command -v gcc cc pip pip3; ls -d /opt/countersign/lib/python*/site-packages/tests 2>/dev/null; true"
    )
    assert image.said(data, "sh", "-c", tools).strip() == ""
    kept = {tuple(each) for each in json.loads(image.said(data, "python3", "-c", INSTALLED))}
    bill = json.loads((image.root / BILL).read_text("utf-8"))
    ours = {each for each in kept if each[0] == "countersign"}
    assert len(ours) == 1
    assert kept - ours <= listed(bill), kept - ours - listed(bill)
    written = json.loads(image.said(data, "python3", "-c", WRITABLE))
    refused = {folder: answer for folder, answer in written.items() if answer != "written"}
    assert {folder for folder in written if folder not in refused} == {"/data", "/tmp"}
    assert set(refused.values()) == {"EROFS"}, set(refused.values())
    facts = dict(
        line.split(":\t", 1)
        for line in image.said(data, "python3", "-c", RIGHTS).splitlines()
        if ":\t" in line
    )
    assert {int(facts[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}
    assert facts["NoNewPrivs"] == "1"
    assert facts["Uid"].split() == [str(image.user_id)] * 4
    billed = f"{len(kept)} packages, all in the bill of {len(bill['components'])}"
    return f"{billed}; no right, and {len(refused)} folders that cannot be written to"


def try_the_demo(image: Image, data: Path) -> str:
    """The demo's first card."""
    begun = time.monotonic()
    with running(image, data, "countersign", "demo", "--port", str(DEMO_PORT), "--json") as demo:
        door = f"{first_line(demo)['workspace']}/sandbox"
        seconds = time.monotonic() - begun
        submit(door)
        found(door, "needs a decision")
        stop(demo)
    return f"the demo was ready after {seconds:.1f} s, and showed its first card"


def decide_in_a_workspace(image: Image, data: Path) -> str:
    """A bot in Socket Mode, as it is deployed: doctor, health check, a first decision, a clean stop."""
    (data / "policy.toml").write_text('approvers = ["U_REVIEWER"]\n')
    with running(image, data, "countersign", "sandbox", "--json", "--port", str(WORKSPACE_PORT)) as workspace:
        ready = first_line(workspace)
        settings = {
            "SLACK_API_URL": ready["api"],
            "SLACK_BOT_TOKEN": ready["bot_token"],
            "SLACK_APP_TOKEN": ready["app_token"],
            "COUNTERSIGN_CHANNEL": "C_FINANCE",
            "COUNTERSIGN_POLICY": "/data/policy.toml",
            "LOG_LEVEL": "ERROR",
        }
        doctor = image.said(data, "countersign", "doctor", **settings)
        assert "append-only file: on" in doctor
        assert "mend" not in doctor, doctor
        assert not image.is_healthy(data)
        begun = time.monotonic()
        with running(image, data, "countersign", "run", **settings) as bot:
            until(lambda: image.is_healthy(data))
            seconds = time.monotonic() - begun
            door = f"{ready['workspace']}/sandbox"
            submit(door)
            card = found(door, "needs a decision")
            (waiting,) = (
                block for block in card["blocks"] if block.get("block_id", "").startswith("transaction ")
            )
            click = {"user": "U_REVIEWER", "action_id": "approve", "block_id": waiting["block_id"]}
            asked(f"{door}/actions", click | {"channel": card["channel"], "message_ts": card["ts"]})
            found(door, "everything is decided")
            stopping = time.monotonic()
            stop(bot)
            stopped = time.monotonic() - stopping
        stop(workspace)
    return f"the bot was healthy after {seconds:.1f} s, took a decision, and stopped within {stopped:.1f} s"


def submit(door: str) -> None:
    """Hand in payments, of which one is suspicious."""
    asked(f"{door}/commands", {"user": "U_REQUESTER", "channel": "C_FINANCE"} | COMMAND)


def found(door: str, words: str) -> Json:
    """The newest card, once its first block says so."""

    def look() -> Json | None:
        state = json.loads(urllib.request.urlopen(f"{door}/state", timeout=10).read())
        shown = [card for card in cards(state) if words in json.dumps(card["blocks"][0])]
        return shown[-1] if shown else None

    card: Json = until(look)
    return card


def asked(address: str, body: Json) -> None:
    """Do in the workspace what a person does."""
    request = urllib.request.Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})
    answer = json.loads(urllib.request.urlopen(request, timeout=10).read())
    assert "error" not in answer, answer


def until(question: Callable[[], Any]) -> Any:
    """What a question answers once the answer is true."""
    begun = time.monotonic()
    while not (answer := question()):
        assert time.monotonic() - begun < PATIENCE
        time.sleep(0.2)
    return answer
