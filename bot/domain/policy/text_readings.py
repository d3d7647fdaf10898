"""The words of a text as a reader sees them, whatever disguises their letters: one or more readings of it.

Case, accents, punctuation and invisible characters do not count; letters and digits that look alike are one
(``l``, ``i`` and ``1``; the Cyrillic and the Latin ``o``). Scripts without spaces have one word a character.
Where a text can be read in two ways, both are readings, since the one that flags holds (law 11 in
ARCHITECTURE.md). Every step takes time in proportion to the length of the text.
"""

import html
import re
import unicodedata
from collections.abc import Callable
from functools import cache

from bot.domain.names import is_invisible, plain_letters
from bot.domain.policy.memo_languages import memo_languages

Words = tuple[str, ...]

_ASCII = str.maketrans({chr(code): " " for code in range(128) if not chr(code).isalnum()} | {"i": "l"})
_DIGITS_AS_LETTERS = str.maketrans("0134578", "oleastb")
_SYMBOLS_AS_LETTERS = str.maketrans("@$€!|£", "aseiil")
_LETTERS_ALONE = re.compile(r"[A-Za-z ]*")
_SYMBOL_IN_WORD = re.compile(r"(?<![<>\[\]{}])[@$€!|£](?=[^\W\d_])")
_MARKS_IN_WORD = re.compile(r"(?<=[^\W\d_])(?:[^\w\s]|_)+(?=[^\W\d_])")
_SPACED_OUT = re.compile(r"(?<!\w)\w(?:[\W_]\w){3,}(?!\w)")  # a p p r o v e d
_SPACED_OUT_WORD = re.compile(r"(?<!\w)\w(?:[\W_]\w)+(?!\w)")  # b y, where another word is spaced out
_NUMBER_ALONE = re.compile(r"(?<!\w)[0-9]{2,}(?!\w)")  # of one digit it may be a letter that is spaced out
_MAY_CHANGE_NUMBERS = re.compile(r"[&@$!|]")
_NOT_IN_WORDS = re.compile(r"[\W_]")
# Kana, and the characters that Chinese and Japanese share.
_ONE_WORD_EACH = re.compile("[\u3005\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff]")
# Accents, and vowel signs that writers leave out as they like. The vowel signs of Indian scripts, without
# which a word is another one, are not among them.
_OPTIONAL_MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u093c"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_TAGS = range(0xE0020, 0xE007F)  # invisible doubles of the ASCII characters
_SHORTEST_STEM = 2  # letters that a word keeps when it sheds what its language writes in front of it


def readings(text: str) -> tuple[Words, ...]:
    """Every reading of the text, the plainest first; of an empty text the reading without words."""
    if "&" in text and ";" in text:
        text = html.unescape(text)
    ascii_alone = text.isascii()
    spellings = [text if ascii_alone else unicodedata.normalize("NFKC", text.translate(_SHOWN))]
    if _SPACED_OUT.search(spellings[0]):
        spellings = _with(spellings, _joined_words)
    if not _LETTERS_ALONE.fullmatch(text):
        spellings = _with(spellings, _symbols_as_letters)
        spellings = _with(spellings, _without_marks_in_words)
    found = {plain_reading(spelling): None for spelling in spellings}
    if not ascii_alone and text != text.lower():
        # Capitals of other scripts look like Latin ones of which the small letters do not.
        found |= {_words_of(spelling.translate(_LATIN_CAPITALS)): None for spelling in spellings}
    return tuple(found)


def with_numbers_alike(text: str) -> str:
    """The text with noughts for the digits of every number that stands alone, if that is all it changes.

    To phrases without numbers both texts say the same, and of a thousand memos most differ in a number alone.
    What is no longer the number as it is read (``1&#48;``, ``4$``) stays as it is.
    """
    if not text.isascii() or _MAY_CHANGE_NUMBERS.search(text):
        return text
    return _NUMBER_ALONE.sub(lambda number: "0" * len(number[0]), text)


def plain_reading(text: str) -> Words:
    """The words of the text as they stand there."""
    return _words_of(text.lower().translate(_ASCII) if text.isascii() else text.translate(_AS_READ))


def _words_of(read: str) -> Words:
    words = read.split() if read.isascii() else map(_without_prefix, read.split())
    return tuple([word if word.isalpha() or word.isdigit() else _digits_as_letters(word) for word in words])


def _with(spellings: list[str], change: Callable[[str], str]) -> list[str]:
    """The spellings, and what becomes of them by the change."""
    return [*spellings, *(new for spelling in spellings if (new := change(spelling)) != spelling)]


def _joined_words(text: str) -> str:
    return _SPACED_OUT_WORD.sub(lambda spaced_out: _NOT_IN_WORDS.sub("", spaced_out[0]), text)


def _symbols_as_letters(text: str) -> str:
    return _SYMBOL_IN_WORD.sub(lambda symbol: symbol[0].translate(_SYMBOLS_AS_LETTERS), text)


def _without_marks_in_words(text: str) -> str:
    return _MARKS_IN_WORD.sub("", text)


def _digits_as_letters(word: str) -> str:
    return word.translate(_DIGITS_AS_LETTERS)


# -- single characters


class _CharacterTable(dict[int, str]):
    """What each character becomes in ``str.translate``, computed when it is first met."""

    def __init__(self, compute: Callable[[str], str]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, code: int) -> str:
        self[code] = becomes = self._compute(chr(code))
        return becomes


def _shown(char: str) -> str:
    """Nothing for what shows nothing, hidden doubles of letters as these letters, else the character."""
    if ord(char) in _TAGS:
        return chr(ord(char) - 0xE0000)
    return "" if is_invisible(char) else char


def _as_read(char: str) -> str:
    """What a character counts as: nothing, a space, itself or other letters."""
    if is_invisible(char) or _OPTIONAL_MARKS.match(char):
        return ""
    if unicodedata.category(char)[0] == "M":
        return char
    if not char.isalnum():
        return " "
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if _ONE_WORD_EACH.match(char):
        return f" {_letters().get(char, char)} "
    decomposed = _OPTIONAL_MARKS.sub("", unicodedata.normalize("NFKD", char.casefold()))
    same = "".join(_letters().get(letter, letter) for letter in decomposed)
    return plain_letters(same).casefold().replace("i", "l")


def _as_latin_capital(char: str) -> str:
    return "".join(map(_as_read, plain_letters(char)))


_SHOWN = _CharacterTable(_shown)
_AS_READ = _CharacterTable(_as_read)
_LATIN_CAPITALS = _CharacterTable(_as_latin_capital)


@cache
def _letters() -> dict[str, str]:
    """What counts as another letter, in any language."""
    return {letter: same for language in memo_languages() for letter, same in language.letters.items()}


def _without_prefix(word: str) -> str:
    """The word without an article or particle that its language writes in one with it."""
    for prefix in _prefixes():
        if word.startswith(prefix) and len(word) - len(prefix) >= _SHORTEST_STEM:
            return word[len(prefix) :]
    return word


@cache
def _prefixes() -> tuple[str, ...]:
    written = [prefix for language in memo_languages() for prefix in language.prefixes]
    return tuple(sorted((prefix.translate(_AS_READ) for prefix in written), key=len, reverse=True))
