"""The pages name files, functions and laws that exist."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from bot.domain.text import REPLY_EXAMPLES
from handlers.manifest import COMMAND, SCOPES, SUBCOMMANDS

ROOT = Path(__file__).parents[1]
PAGES = (
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "README.md",
    "SECURITY.md",
    "deploy/OBSERVABILITY.md",
    "deploy/README.md",
    "deploy/SANDBOX.md",
    "deploy/SIZES.md",
    "deploy/WORDS.md",
    "deploy/WORKSPACES.md",
)
FOLDERS = {"bot", "handlers", "tests", "deploy", ".ci"}
SUFFIXES = {".py", ".lua", ".toml", ".md", ".json", ".yaml", ".lock", ".example", ".js", ".csv"}
OTHER_PROGRAMS_FILES = {"payments.csv", "slack-app-manifest.json"}  # of commands that a reader may type

CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
# `path`: `name`, `name` -- and `name` (`path`), `name` in `path`
NAMES_AFTER = re.compile(r"`([\w./-]+\.\w+)`: ((?:`\w+`(?:, | and )?)+)")
NAME_BEFORE = re.compile(r"`([\w.]+)`\s+(?:\(|in\s+)`([\w./-]+\.\w+)`")
DEFINITION = r"^\s*(?:(?:async def|def|class|local function) {name}\b|{name}(?:: | = ))"
LAW = re.compile(r"\blaws? (\d+)(?: and (\d+))?(\s+in\s+ARCHITECTURE\.md)?", re.IGNORECASE)


def _page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _is_path(token: str) -> bool:
    if not re.fullmatch(r"[\w./-]+", token) or token in OTHER_PROGRAMS_FILES:
        return False
    first, slash, _ = token.partition("/")
    return (bool(slash) and first in FOLDERS) or (not slash and Path(token).suffix in SUFFIXES)


def _paths(page: str) -> Iterator[Path]:
    """What a page names in code, from the project's folder, and what it links to, from its own."""
    text = _page(page)
    yield from (ROOT / token for token in CODE.findall(text) if _is_path(token))
    yield from ((ROOT / page).parent / link for link in LINK.findall(text) if "://" not in link)


def _named_definitions(page: str) -> Iterator[tuple[str, str]]:
    text = _page(page)
    for path, names in NAMES_AFTER.findall(text):
        for name in CODE.findall(names):
            yield path, name
    for name, path in NAME_BEFORE.findall(text):
        yield path, name.rpartition(".")[2]


def _laws() -> set[int]:
    return {int(number) for number in re.findall(r"^(\d+)\. \*\*", _page("ARCHITECTURE.md"), re.MULTILINE)}


def _sources() -> Iterator[Path]:
    for folder in ("bot", "handlers", "tests"):
        yield from (ROOT / folder).rglob("*.py")
        yield from (ROOT / folder).rglob("*.lua")
    yield from (ROOT / "deploy").glob("*.md")


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_exists(page: str) -> None:
    named = set(_paths(page))
    assert named
    assert not [str(path) for path in sorted(named) if not path.exists()]


@pytest.mark.parametrize("page", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_every_function_class_and_table_stands_in_the_file_that_a_page_names(page: str) -> None:
    named = set(_named_definitions(page))
    assert named
    astray = [
        f"{name} in {path}"
        for path, name in sorted(named)
        if not re.search(DEFINITION.format(name=name), _page(path), re.MULTILINE)
    ]
    assert not astray


def test_the_laws_are_numbered_from_one_to_twelve() -> None:
    assert _laws() == set(range(1, 13))


def test_every_law_that_the_code_cites_is_one_of_them() -> None:
    cited = chain.from_iterable(
        ((path, match) for match in LAW.finditer(path.read_text(encoding="utf-8"))) for path in _sources()
    )
    unknown = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path, match in cited
        if not {int(number) for number in match.groups()[:2] if number} <= _laws()
    ]
    assert not unknown


def test_where_the_code_cites_a_law_it_says_on_which_page() -> None:
    pointless = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in _sources()
        if path.parts[len(ROOT.parts)] in ("bot", "handlers")
        for match in LAW.finditer(path.read_text(encoding="utf-8"))
        if not match[3]
    ]
    assert not pointless


def test_the_readme_has_every_command_and_the_beginning_of_every_reply() -> None:
    readme = _page("README.md")
    names = {path.stem for path in (ROOT / "bot/cli/commands").glob("*.py")} - {"__init__", "options"}
    commands = {name.replace("_", "-") for name in names}
    assert not [command for command in sorted(commands) if f"`countersign {command}" not in readme]
    table = "".join(line for line in readme.splitlines() if line.startswith(f"| `{COMMAND}"))
    assert not [word for word in SUBCOMMANDS if f"{word}`" not in table]
    said = {example.split()[0] for example in REPLY_EXAMPLES}
    assert not [word for word in sorted(said) if not re.search(rf"`{word}\b", readme)]


def test_the_page_of_operators_has_every_scope_that_the_app_asks_for() -> None:
    assert not [scope for scope in SCOPES if f"`{scope}`" not in _page("deploy/README.md")]


def test_the_commit_hooks_run_what_make_check_runs() -> None:
    recipe = re.search(r"^check:.*\n((?:\t.+\n)+)", _page("Makefile"), re.MULTILINE)
    hooks = re.findall(r"^ +entry: \.venv/bin/(.+)$", _page(".pre-commit-config.yaml"), re.MULTILINE)
    assert recipe is not None
    assert hooks == re.findall(r"^\t\$\(BIN\)/(.+)$", recipe[1], re.MULTILINE)
