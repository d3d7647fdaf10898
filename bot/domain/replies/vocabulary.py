"""Words of all languages together, as ``folded`` writes them, for the guards that hold something back."""

from bot.domain.replies.languages import LANGUAGES
from bot.domain.replies.spelling import folded

EVERY = frozenset(folded(word) for language in LANGUAGES for word in language.commands.all)
EXCEPT = frozenset(folded(word) for language in LANGUAGES for word in language.commands.except_) | {
    "but",
    "excluding",
    "besides",
}
AND = frozenset(folded(word) for language in LANGUAGES for word in language.commands.and_)
