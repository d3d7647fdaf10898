"""``make audit``: licences of what is installed, a bill of materials, known vulnerabilities of all locks."""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from tests.supply_chain.licences import OURS, astray

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "requirements.lock"
# The last line of pip-audit where its service cannot be reached; any other failure is one.
AWAY = re.compile(
    r"(ConnectionError|ConnectTimeout|ReadTimeout|ConnectionTimeout|ProxyError|Failed to connect)"
)
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", re.MULTILINE)


def pinned(lock: Path) -> set[tuple[str, str]]:
    """Name and version of each package that a lock pins, names as registries compare them."""
    return {(_name(name), version) for name, version in PINNED.findall(lock.read_text(encoding="utf-8"))}


def listed(bill: dict[str, Any]) -> set[tuple[str, str]]:
    """Name and version of each component of a CycloneDX bill of materials that carries a hash."""
    return {
        (_name(component["name"]), component["version"])
        for component in bill.get("components", ())
        if any(reference.get("hashes") for reference in component.get("externalReferences", ()))
        or component.get("hashes")
    }


def _name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def check_licences() -> bool:
    """Print what is installed under a licence that is not on the list; whether there is nothing."""
    installed = list(distributions())
    strangers = astray(installed)
    for stranger in strangers:
        print(f"mend  licence: {stranger} is not on the list of tests/supply_chain/licences.py")
    if not strangers:
        print(f"ok    licences: {sum(each.name != OURS for each in installed)} packages, all on the list")
    return not strangers


def write_bill(tools: Path, bill: Path) -> bool:
    """Write the bill of materials of what is shipped; whether it lists all of it, with hashes."""
    bill.parent.mkdir(parents=True, exist_ok=True)
    command: list[str | Path] = [
        tools / "cyclonedx-py",
        "requirements",
        SHIPPED,
        "--pyproject",
        ROOT / "pyproject.toml",
    ]
    command += ["--output-format", "JSON", "--output-reproducible", "--output-file", bill]
    # It warns that a list of packages does not say which of them the project asks for itself.
    subprocess.run(command, check=True, env={**os.environ, "PYTHONWARNINGS": "ignore"})
    missing = pinned(SHIPPED) - listed(json.loads(bill.read_text(encoding="utf-8")))
    for name, version in sorted(missing):
        print(f"mend  bill of materials: {name} {version} is not in it, or without a hash")
    if not missing:
        print(f"ok    bill of materials: {bill}, {len(pinned(SHIPPED))} packages")
    return not missing


def check_vulnerabilities(tools: Path, service: str | None) -> bool:
    """Print the known vulnerabilities of all locks; true where there is none, or nobody can be asked.

    ``service`` is the address of another advisory service with OSV's interface, for tests.
    """
    found: set[str] = set()
    locks = sorted(ROOT.glob("requirements*.lock"))
    for lock in locks:
        with tempfile.TemporaryDirectory() as folder:
            answer = Path(folder) / "answer.json"
            command: list[str | Path] = [
                tools / "pip-audit",
                "--requirement",
                lock,
                "--disable-pip",
                "--require-hashes",
            ]
            command += ["--vulnerability-service", "osv", "--progress-spinner", "off", "--format", "json"]
            command += ["--output", answer, *(["--osv-url", service] if service else [])]
            ended = subprocess.run(command, capture_output=True, text=True)
            last = ended.stderr.strip().rsplit("\n", 1)[-1]
            if not answer.exists():
                if AWAY.search(last):
                    print("SKIPPED: known vulnerabilities; the advisory service cannot be reached from here.")
                    return True
                print(f"mend  vulnerabilities: {lock.name} could not be audited: {last}")
                return False
            for package in json.loads(answer.read_text(encoding="utf-8"))["dependencies"]:
                for known in package.get("vulns", ()):
                    mended = ", ".join(known["fix_versions"]) or "nothing yet"
                    found.add(f"{package['name']} {package['version']}: {known['id']}, mended by {mended}")
    for line in sorted(found):
        print(f"mend  vulnerability: {line}")
    if not found:
        print(f"ok    known vulnerabilities: none in {len(locks)} locks")
    return not found


def main() -> None:
    """Run all three checks; exit code 1 where one asks for something."""
    parser = argparse.ArgumentParser(prog="make audit", description=__doc__)
    parser.add_argument("--tools", type=Path, default=ROOT / ".venv/audit/bin")
    parser.add_argument("--bill", type=Path, default=Path(".countersign/bom.json"))
    parser.add_argument("--service", help="another advisory service with OSV's interface")
    asked = parser.parse_args()
    results = [check_licences(), write_bill(asked.tools, asked.bill)]
    results.append(check_vulnerabilities(asked.tools, asked.service))
    sys.exit(not all(results))


if __name__ == "__main__":
    main()
