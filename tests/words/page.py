"""The page ``deploy/WORDS.md``: every sentence that people read, by surface."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from tests.words import answers, conversation, forms
from tests.words.code import ROOMS, ROOT, sentences

PAGE = ROOT / "deploy/WORDS.md"
COMMAND = ".venv/bin/python -m tests.words"
Examples = Mapping[str, Sequence[str]]

SURFACES: Mapping[str, Callable[[], Examples]] = {
    "The card": conversation.cards,
    "The thread": conversation.threads,
    "Receipts": forms.told,
    "The submitter's messages": forms.submitters,
    "The desk": forms.desks,
    "Forms": forms.modals,
    "Details": forms.details,
    "Home": forms.homes,
    "Answers": answers.answers,
    "Refusals": answers.refusals,
    "Help": answers.helps,
}
TOP = f"""# Words

Every sentence that people read, by surface, so that it can be read in one go. The first part is rendered of
samples by the code that shows it (`handlers/views` of `bot/domain/text`); buttons and menus stand in
brackets. The second has the sentences of the code, where `…` is filled in. Nobody writes this page:
`{COMMAND}` does, out of `tests/words/page.py`, and a test fails where it is not what the code says, or
where a word stands in it that `tests/words/test_words.py` refuses.
"""


def lines_of_surface(name: str) -> list[str]:
    """All lines of the page under one surface, without the headings."""
    if name in ROOMS:
        return sentences(*ROOMS[name])
    return [line for lines in SURFACES[name]().values() for line in lines]


def page() -> str:
    """The page as it has to be."""
    return "\n".join(_page())


def _page() -> Iterator[str]:
    yield TOP
    for name, examples in SURFACES.items():
        yield f"## {name}\n"
        for about, lines in examples().items():
            yield f"{about[:1].upper()}{about[1:]}:\n\n```text"
            yield from lines
            yield "```\n"
    for name, places in ROOMS.items():
        yield f"## {name}\n\n```text"
        yield from sentences(*places)
        yield "```\n"
