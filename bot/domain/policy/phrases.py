"""Which of many phrases stand in a text, in one pass over its words however many phrases there are.

A phrase is written in words, of which ``*`` at the end stands for any ending, and ``...`` for up to
``MOST_BETWEEN`` words between two others.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from bot.domain.policy.text_readings import Words, plain_reading

MOST_BETWEEN = 5  # words; in scripts without spaces, characters
_SHORTEST_SQUEEZED = 8  # letters of a phrase that is also found with spaces in other places
_KEY = 6  # letters by which such a phrase is looked up
_LONGEST_KNOWN_WORD = 24
_SHORTEST_LAST_PART = 3
_MOST_REMEMBERED = 65_536  # words

Label = TypeVar("Label", bound=Hashable)


class _Node(Generic[Label]):
    """Where the phrases that begin alike go on: with a whole word, a stem, or after a gap."""

    __slots__ = ("after_gap", "by_stem", "by_word", "ends", "stem_lengths")

    def __init__(self) -> None:
        self.by_word: dict[str, _Node[Label]] = {}
        self.by_stem: dict[str, _Node[Label]] = {}
        self.stem_lengths: tuple[int, ...] = ()
        self.after_gap: _Node[Label] | None = None
        self.ends: list[tuple[Label, str]] = []

    def word(self, word: str) -> "_Node[Label]":
        if (node := self.by_word.get(word)) is None:
            node = self.by_word[word] = _Node()
        return node

    def stem(self, stem: str) -> "_Node[Label]":
        if (node := self.by_stem.get(stem)) is None:
            node = self.by_stem[stem] = _Node()
            self.stem_lengths = tuple(sorted({*self.stem_lengths, len(stem)}))
        return node

    def gap(self) -> "_Node[Label]":
        if self.after_gap is None:
            self.after_gap = _Node()
        return self.after_gap


class _Word(NamedTuple, Generic[Label]):
    """What a word means to the phrases: which begin with it, if any does without its spaces; its parts."""

    starts: tuple[_Node[Label], ...]
    begins_squeezed: bool
    parts: Words


class PhraseIndex(Generic[Label]):
    """Phrases, each under a label; several phrases may share one."""

    def __init__(self, phrases: Iterable[tuple[Label, str]]) -> None:
        self._root: _Node[Label] = _Node()
        self._words: set[str] = set()
        self._squeezed: dict[str, list[tuple[Label, str]]] = {}
        self._squeezed_keys: set[str] = set()
        self._longest_squeezed = 0
        self._remembered: dict[str, _Word[Label]] = {}
        for label, phrase in phrases:
            self._add(label, phrase)

    def _add(self, label: Label, phrase: str) -> None:
        node, whole = self._root, True
        written: list[str] = []
        for part in phrase.split():
            if part == "...":
                node, whole = node.gap(), False
                continue
            *words, last = plain_reading(part.removesuffix("*")) or ("",)
            for word in words:
                node = node.word(word)
            node = node.stem(last) if part.endswith("*") and last else node.word(last)
            whole = whole and not part.endswith("*")
            written += [*words, last]
        node.ends.append((label, phrase.replace("*", "").replace("...", "…")))
        if whole and all(word.isascii() for word in written):
            self._words.update(word for word in written if len(word) > 1)
            squeezed = "".join(written)
            if len(squeezed) >= _SHORTEST_SQUEEZED:
                self._squeezed.setdefault(squeezed, []).append((label, phrase))
                self._squeezed_keys.add(squeezed[:_KEY])
                self._longest_squeezed = max(self._longest_squeezed, len(squeezed))

    def find(self, readings: Iterable[Words]) -> dict[Label, str]:
        """The labels of all phrases in any reading of a text, each with one of its phrases as written."""
        found: dict[Label, str] = {}
        remembered, remember = self._remembered, self._about
        for words in readings:
            about = [remembered.get(word) or remember(word) for word in words]
            for at, word in enumerate(about):
                for node in word.starts:
                    _follow(node, words, at + 1, found)
            self._find_squeezed(words, about, found)
            if any([word.parts for word in about]):
                apart = [
                    part for text, word in zip(words, about, strict=True) for part in word.parts or (text,)
                ]
                for at, part in enumerate(apart):
                    for node in _next(self._root, part):
                        _follow(node, apart, at + 1, found)
        return found

    def _about(self, word: str) -> "_Word[Label]":
        """What the phrases make of a word, which is remembered, since texts are made of the same words."""
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        glued = len(word) >= _SHORTEST_SQUEEZED and word not in self._words and word.isascii()
        parts = self._parts(word) if glued else ()
        about = _Word(tuple(_next(self._root, word)), word[:_KEY] in self._squeezed_keys, parts)
        self._remembered[word] = about
        return about

    def _find_squeezed(self, words: Words, about: Sequence["_Word[Label]"], found: dict[Label, str]) -> None:
        """Phrases that stand there letter by letter, from the beginning of a word to the end of one."""
        text, start = "".join(words), 0
        for at, word in enumerate(words):
            if about[at].begins_squeezed or (
                len(word) < _KEY and text[start : start + _KEY] in self._squeezed_keys
            ):
                end = start
                for following in words[at:]:
                    end += len(following)
                    if end - start > self._longest_squeezed:
                        break
                    for label, phrase in self._squeezed.get(text[start:end], ()):
                        found.setdefault(label, phrase)
            start += len(word)

    def _parts(self, word: str) -> Words:
        """The words of phrases that a word consists of (``approvedbythecfo``); empty where it does not."""
        start_of_last = {0: 0}  # by the end of what consists of known words
        for start in range(len(word)):
            if start in start_of_last:
                for end in range(start + 2, min(start + _LONGEST_KNOWN_WORD, len(word)) + 1):
                    # Two letters at the end are an ending ("bypasses") and no word of their own.
                    if end == len(word) and end - start < _SHORTEST_LAST_PART:
                        continue
                    if end not in start_of_last and word[start:end] in self._words:
                        start_of_last[end] = start
        if len(word) not in start_of_last:
            return ()
        parts, end = list[str](), len(word)
        while end:
            parts.append(word[start_of_last[end] : end])
            end = start_of_last[end]
        return tuple(reversed(parts))


def _next(node: _Node[Label], word: str) -> Iterable[_Node[Label]]:
    if whole := node.by_word.get(word):
        yield whole
    for length in node.stem_lengths:
        if length > len(word):
            return
        if stem := node.by_stem.get(word[:length]):
            yield stem


def _follow(node: _Node[Label], words: Sequence[str], at: int, found: dict[Label, str]) -> None:
    """Note every phrase that ends here or goes on in the words from ``at`` on."""
    for label, phrase in node.ends:
        found.setdefault(label, phrase)
    if at < len(words):
        for following in _next(node, words[at]):
            _follow(following, words, at + 1, found)
        if node.after_gap is not None:
            for start in range(at, min(at + MOST_BETWEEN + 1, len(words))):
                for following in _next(node.after_gap, words[start]):
                    _follow(following, words, start + 1, found)
