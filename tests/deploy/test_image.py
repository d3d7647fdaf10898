"""The image's description, and what a linter says of it; ``make image-test`` builds and tries it for real."""

import re

from tests.deploy.files import DEPLOY, DOCKERFILE, ROOT, TOOLS, needs_tools, ran


@needs_tools
def test_the_linter_finds_no_fault_with_the_dockerfile() -> None:
    ran(TOOLS / "hadolint", "--failure-threshold", "style", DEPLOY / "Dockerfile")


def test_everything_that_is_copied_into_the_build_is_let_in_and_nothing_else() -> None:
    copied = {
        name
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
        for name in line.split()
    }
    ignored = (ROOT / ".dockerignore").read_text("utf-8")
    assert ignored.splitlines()[1] == "*"
    assert set(re.findall(r"^!(\S+)$", ignored, re.MULTILINE)) == copied
    assert all((ROOT / name).exists() for name in copied)


def test_nothing_is_installed_that_no_lock_pins() -> None:
    installs = re.findall(r"-m pip install (.*?)(?: \\)?$", DOCKERFILE, re.MULTILINE)
    assert installs
    for install in installs:
        assert "--no-deps" in install
        assert "--require-hashes" in install or install.endswith("--no-build-isolation .")
