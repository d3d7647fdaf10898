"""The audit: what is installed has a licence of the list; where nobody can be asked, that is said."""

import asyncio
import json
from collections.abc import Callable
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.supply_chain import __main__ as audit
from tests.supply_chain.licences import astray, is_allowed, licence_of

TOOLS = audit.ROOT / ".venv/audit/bin"
IS_INSTALLED = (TOOLS / "pip-audit").exists()
NOWHERE = "http://127.0.0.1:1/v1/query"
LOCK = "idna==3.20 \\\n    --hash=sha256:" + "0" * 64 + "\n"


def needs_tools(test: Callable[..., Any]) -> Callable[..., Any]:
    """Marks a test that starts the tools, which ``make audit`` installs and runs these tests with."""
    skipped = pytest.mark.skipif(not IS_INSTALLED, reason="make audit installs the tools")
    marked: Callable[..., Any] = pytest.mark.story(skipped(test))
    return marked


def test_everything_that_is_installed_has_a_licence_of_the_list() -> None:
    assert astray(distributions()) == []


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("MIT OR GPL-3.0-only", True),
        ("GPL-3.0-only OR (Apache-2.0 AND BSD-3-Clause)", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT AND (GPL-3.0-only OR AGPL-3.0-only)", False),
        ("GPL-3.0-only", False),
        ("Apache-2.0 WITH LLVM-exception", False),
        ("MIT License", False),
        ("MIT OR", False),
        ("(MIT", False),
        ("MIT)", False),
        ("", False),
    ],
)
def test_an_expression_is_allowed_where_licences_of_the_list_meet_it(expression: str, allowed: bool) -> None:
    assert is_allowed(expression) == allowed


@pytest.mark.parametrize(
    ("lines", "licence"),
    [
        ("License-Expression: ISC\nLicense: other", "ISC"),
        (
            "License: MIT OR Apache-2.0\nClassifier: License :: OSI Approved :: MIT License",
            "MIT OR Apache-2.0",
        ),
        ("License: see LICENSE\nClassifier: License :: OSI Approved :: BSD License", "BSD-3-Clause"),
        ("Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)", None),
        ("License: proprietary", "proprietary"),
        ("", ""),
    ],
)
def test_the_licence_of_a_package_is_what_its_metadata_say(
    tmp_path: Path, lines: str, licence: str | None
) -> None:
    folder = tmp_path / "stranger-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.4\nName: stranger\nVersion: 1.0\n{lines}\n")
    package = Distribution.at(folder)
    if licence is not None:
        assert licence_of(package) == licence
    named = (
        []
        if is_allowed(licence_of(package))
        else [f"stranger 1.0 ({licence_of(package) or 'no licence named'})"]
    )
    assert astray([package]) == named
    assert bool(named) == (licence in (None, "proprietary", ""))


def test_a_component_of_the_bill_counts_with_its_version_and_a_hash() -> None:
    hashed = {"name": "Some_Package", "version": "1.0", "hashes": [{"alg": "SHA-256", "content": "00"}]}
    bare = {"name": "bare", "version": "1.0", "externalReferences": [{"type": "distribution"}]}
    assert audit.listed({"components": [hashed, bare]}) == {("some-package", "1.0")}


def test_every_lock_pins_by_hash_and_names_no_address() -> None:
    for lock in audit.ROOT.glob("requirements*.lock"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index" not in text
        assert text.count("--hash=sha256:") >= len(audit.pinned(lock)) > 0


@needs_tools
def test_the_bill_lists_everything_that_is_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bill = tmp_path / "deep/bom.json"
    assert audit.write_bill(TOOLS, bill)
    written = json.loads(bill.read_text(encoding="utf-8"))
    assert (written["bomFormat"], written["metadata"]["component"]["name"]) == ("CycloneDX", "countersign")
    monkeypatch.setattr(audit, "pinned", lambda lock: {("missing", "1.0")})
    assert not audit.write_bill(TOOLS, bill)


@needs_tools
def test_where_nobody_can_be_asked_it_is_said_and_nothing_else_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "ROOT", tmp_path)
    lock = tmp_path / "requirements.lock"
    lock.write_text(LOCK)
    assert audit.check_vulnerabilities(TOOLS, NOWHERE)
    assert capsys.readouterr().out.startswith("SKIPPED: known vulnerabilities; ")
    lock.write_text("idna @@ 3\n")
    assert not audit.check_vulnerabilities(TOOLS, NOWHERE)
    assert "requirements.lock could not be audited" in capsys.readouterr().out


@needs_tools
async def test_a_known_vulnerability_is_named_with_what_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = {
        "id": "PYSEC-0000-1",
        "summary": "It burns.",
        "affected": [
            {
                "package": {"name": "idna", "ecosystem": "PyPI"},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9.9"}]}],
            }
        ],
    }
    vulnerabilities: list[object] = []

    async def query(_: web.Request) -> web.Response:
        return web.json_response({"vulns": vulnerabilities} if vulnerabilities else {})

    application = web.Application()
    application.router.add_post("/v1/query", query)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    service = f"http://127.0.0.1:{runner.addresses[0][1]}/v1/query"
    monkeypatch.setattr(audit, "ROOT", tmp_path)
    (tmp_path / "requirements.lock").write_text(LOCK)
    try:
        assert await asyncio.to_thread(audit.check_vulnerabilities, TOOLS, service)
        assert capsys.readouterr().out == "ok    known vulnerabilities: none in 1 locks\n"
        vulnerabilities.append(known)
        assert not await asyncio.to_thread(audit.check_vulnerabilities, TOOLS, service)
        assert capsys.readouterr().out == "mend  vulnerability: idna 3.20: PYSEC-0000-1, mended by 9.9\n"
    finally:
        await runner.cleanup()
