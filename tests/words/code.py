"""Sentences as they stand in the code, with an ellipsis for what is filled in."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Surfaces by what people call them, and where their sentences stand.
ROOMS = {
    "What is found about a payment": ("bot/domain/policy/rules", "bot/domain/policy/accounts.py"),
    "What is said of a file": ("bot/intake",),
    "What the listeners say": ("handlers/listeners", "handlers/views/sentences.py"),
    "What Slack refused": ("handlers/outbound",),
    "What is asked back about a reply": ("bot/domain/replies", "bot/domain/edited_reply.py"),
    "The command line": ("bot/cli",),
    "What the sandbox offers": ("bot/cli/guide.json",),
}
FILLED_IN = "…"
WORD = re.compile(r"[A-Za-z']{2,}")
MOST_WORDS_OF_A_NAME = 2
# No sentence: patterns, lists of words for a program, and names of things in logs.
NOT_READ = re.compile(r"\\[bswd(]|\(\?|\w=\d|^\W*$|\bdef |_.*_.*_|^\s|^[a-z_ ]+$|[A-Z]\|[A-Z]")


def sentences(*places: str) -> list[str]:
    """The sentences of these files and folders, each once, in order."""
    found = (sentence for place in places for path in _files(ROOT / place) for sentence in _of(path))
    return list(dict.fromkeys(found))


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    else:
        yield from sorted(place.rglob("*.py"))


def _of(path: Path) -> Iterator[str]:
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        texts = [str(found) for found in re.findall(r'"((?:[^"\\]|\\.)*)"', source)]
    else:
        texts = list(_texts(ast.parse(source)))
    for text in texts:
        words = " ".join(text.split())
        if len(WORD.findall(words)) > MOST_WORDS_OF_A_NAME and not NOT_READ.search(text):
            yield words


def _texts(tree: ast.Module) -> Iterator[str]:
    """All texts that are no docstring and no part of another text, in order of their lines."""
    docstrings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    parts = {part for node in joined for part in node.values}
    found = [
        (node.lineno, node.col_offset, text)
        for node in ast.walk(tree)
        if isinstance(node, ast.expr) and node not in docstrings and node not in parts
        if (text := _text(node))
    ]
    yield from (text for _, _, text in sorted(found))


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or FILLED_IN for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
