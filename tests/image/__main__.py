"""Build the image with buildah on a base made of Debian's own packages, and try what an operator would.

Needs root, buildah and debootstrap (Debian's packages of these names); says so and ends with 0 where one is
missing. No registry of images is asked for anything.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.image.hardened import Image
from tests.image.trials import decide_in_a_workspace, look_inside, try_the_demo

ROOT = Path(__file__).parents[2]
BASE, IMAGE = "localhost/countersign-base:test", "localhost/countersign:test"
# Whom this machine trusts; where it knows more than Debian, as behind a proxy, pip must know it too.
TRUSTED = os.environ.get("PIP_CERT") or "/etc/ssl/certs/ca-certificates.crt"
# What pip of this machine goes by, such as the address of a mirror: none of it stays in the image.
OF_PIP = ("/etc/pip.conf", "/etc/xdg/pip", str(Path.home() / ".config/pip"), TRUSTED)


class Failed(Exception):
    """A tool failed; the message is what it printed."""


def run(*command: str) -> str:
    """What a command prints; raises ``Failed`` where it fails."""
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if ended.returncode:
        raise Failed(f"{' '.join(command[:3])} failed:\n{ended.stdout}{ended.stderr}")
    return ended.stdout


def missing() -> str:
    """Why the image cannot be built here; empty where it can."""
    if os.geteuid() != 0:
        return "building it takes root"
    tools = [tool for tool in ("buildah", "debootstrap", "unshare") if shutil.which(tool) is None]
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
    mounts = [f"--volume={path}:{path}:ro" for path in OF_PIP if Path(path).exists()]
    env = [f"--env=PIP_CERT={TRUSTED}"] if Path(TRUSTED).exists() else []
    command = ("buildah", "bud", "-q", "--format=docker", "--layers=false", f"--build-arg=BASE={BASE}")
    run(*command, *mounts, *env, "-f", "deploy/Dockerfile", "-t", IMAGE, ".")


def say(words: str) -> None:
    """Print a line now, and how long it took so far."""
    sys.stdout.write(f"{time.monotonic() - BEGUN:5.0f} s  {words}\n")
    sys.stdout.flush()


BEGUN = time.monotonic()


def main() -> None:
    """Build and try; the exit code is not 0 where anything is not as it should be."""
    if why := missing():
        sys.stdout.write(f"SKIPPED: the image; {why}.\n")
        return
    os.environ |= {"STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot"}
    with tempfile.TemporaryDirectory() as folder:
        try:
            build_base(Path(folder, "base"))
        except Failed as error:  # Debian's mirror is away, which is no fault of the image
            sys.stdout.write(f"SKIPPED: the image; there is no base for it. {error}\n")
            return
        say("a base of Debian's packages")
        try:
            build_image()
            say("the image is built")
            try_out(Path(folder))
            named = ("buildah", "images", "--format", "{{.Name}} {{.Size}}")
            ours = [line for line in run(*named).splitlines() if line.split()[0] in (BASE[:-5], IMAGE[:-5])]
            say(re.sub(r"\s+", " ", "; ".join(ours)))
        finally:
            run("buildah", "rmi", *[name for name in (IMAGE, BASE) if exists(name)])


def exists(name: str) -> bool:
    """Whether there is an image of that name."""
    return bool(run("buildah", "images", "-q", "--filter", f"reference={name}").strip())


def try_out(folder: Path) -> None:
    """Run each trial in the image, with a /data of its own, and say what it found."""
    container = run("buildah", "from", IMAGE).strip()
    try:
        root = Path(run("buildah", "mount", container).strip())
        image = Image(json.loads(run("buildah", "inspect", "--type", "image", IMAGE)), root)
        for trial in (look_inside, try_the_demo, decide_in_a_workspace):
            data = folder / trial.__name__
            data.mkdir(mode=0o700)
            os.chown(data, image.user_id, image.user_id)
            say(trial(image, data))
    finally:
        run("buildah", "rm", container)


if __name__ == "__main__":
    main()
