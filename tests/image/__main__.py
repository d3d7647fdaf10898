"""Build the image with buildah on a base made of Debian's own packages, and try what an operator would.

Needs root, buildah and debootstrap (Debian's packages of these names); says so and ends with 0 where one is
missing. No registry of images is asked for anything.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
BASE, IMAGE = "localhost/countersign-base:test", "localhost/countersign:test"
PORT = 8071
USER = "10001:10001"
# What pip of this machine goes by, such as the address of a mirror: none of it stays in the image.
OF_PIP = ("/etc/pip.conf", "/etc/xdg/pip", str(Path.home() / ".config/pip"), os.environ.get("PIP_CERT", ""))
READY_SECONDS = 30


def run(*command: str, check: bool = True) -> str:
    """What a command prints; its errors are shown where it fails."""
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if check and ended.returncode:
        raise SystemExit(f"{' '.join(command[:3])} failed:\n{ended.stdout}{ended.stderr}")
    return ended.stdout


def missing() -> str:
    """Why the image cannot be built here; empty where it can."""
    if os.geteuid() != 0:
        return "building it takes root"
    tools = [tool for tool in ("buildah", "debootstrap") if shutil.which(tool) is None]
    return f"there is no {' and no '.join(tools)}" if tools else ""


def build_base(folder: Path) -> None:
    """A small Debian with Python."""
    packages = "python3,python3-venv,ca-certificates"
    run("debootstrap", "--variant=minbase", f"--include={packages}", "bookworm", str(folder), *mirror())
    container = run("buildah", "from", "scratch").strip()
    run("buildah", "copy", "-q", container, str(folder), "/")
    run("buildah", "commit", "-q", "--rm", container, BASE)


def mirror() -> list[str]:
    """The address that this machine's apt asks, where it names another than Debian's own."""
    sources = [line for file in Path("/etc/apt").rglob("*.sources") for line in file.read_text().splitlines()]
    return [line.split()[1] for line in sources if line.startswith("URIs:")][:1]


def build_image() -> None:
    mounts = [f"--volume={path}:{path}:ro" for path in OF_PIP if path and Path(path).exists()]
    env = [f"--env=PIP_CERT={path}"] if (path := os.environ.get("PIP_CERT")) else []
    command = ("buildah", "bud", "-q", "--format=docker", "--layers=false", f"--build-arg=BASE={BASE}")
    run(*command, *mounts, *env, "-f", "deploy/Dockerfile", "-t", IMAGE, ".")


def inside(container: str, *command: str, check: bool = True) -> str:
    """What a command prints in the image, as the user that it is run by."""
    return run("buildah", "run", "--user", USER, container, "--", *command, check=check)


def try_out(container: str, data: Path) -> float:
    """Look at what is in the image, and decide a first payment in its demo; seconds until that was ready."""
    assert inside(container, "countersign", "--version").strip()
    assert "append-only file: on" in inside(container, "countersign", "doctor", check=False)
    tools = "command -v gcc cc pip pip3; find /opt/countersign -name tests -path '*countersign*/tests' | head"
    assert inside(container, "sh", "-c", tools, check=False).strip() == ""
    assert inside(container, "sh", "-c", "touch /opt/countersign/x; echo $?", check=False).strip() != "0"
    begun = time.monotonic()
    command = ("buildah", "run", "--user", USER, f"--volume={data}:/data", container, "--")
    demo = subprocess.Popen([*command, "countersign", "demo", "--port", str(PORT), "--json"], stdout=-1)
    try:
        assert demo.stdout is not None
        ready = json.loads(demo.stdout.readline())
        seconds = time.monotonic() - begun
        said = {"user": "U_REQUESTER", "channel": "C_FINANCE", "command": "/transactions", "text": "sample 3"}
        door = f"{ready['workspace']}/sandbox"
        asked = urllib.request.Request(
            f"{door}/commands", json.dumps(said).encode(), {"Content-Type": "application/json"}
        )
        urllib.request.urlopen(asked, timeout=10)
        while "needs a decision" not in urllib.request.urlopen(f"{door}/state", timeout=10).read().decode():
            assert time.monotonic() - begun < READY_SECONDS
            time.sleep(0.2)
    finally:
        # The process itself: buildah would kill it.
        run("pkill", "-TERM", "-f", f"^/opt/countersign/bin/python.* demo --port {PORT}", check=False)
        stopped = time.monotonic()
        demo.wait(10)  # or it raises: a process that is told to stop does so within ten seconds
        assert demo.returncode == 0
        sys.stdout.write(f"stopped in {time.monotonic() - stopped:.1f} s\n")
    return seconds


def main() -> None:
    if why := missing():
        sys.stdout.write(f"SKIPPED: the image; {why}.\n")
        return
    os.environ |= {"STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot"}
    with tempfile.TemporaryDirectory() as folder:
        build_base(Path(folder, "base"))
        build_image()
        data = Path(folder, "data")
        data.mkdir(mode=0o700)
        os.chown(data, 10001, 10001)
        container = run("buildah", "from", IMAGE).strip()
        try:
            seconds = try_out(container, data)
        finally:
            run("buildah", "rm", container)
    sizes = run(
        "buildah", "images", "--format", "{{.Name}} {{.Size}}", "--filter", "reference=localhost/countersign*"
    )
    sys.stdout.write(f"ready in {seconds:.1f} s\n{sizes}")


if __name__ == "__main__":
    main()
