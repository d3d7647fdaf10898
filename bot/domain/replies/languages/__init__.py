"""The languages in which a reply is read, a file each; a new one is added to ``LANGUAGES``."""

from bot.domain.replies.languages.dutch import DUTCH
from bot.domain.replies.languages.english import ENGLISH
from bot.domain.replies.languages.french import FRENCH
from bot.domain.replies.languages.german import GERMAN
from bot.domain.replies.languages.italian import ITALIAN
from bot.domain.replies.languages.language import (
    CommandWords,
    CorrectionWords,
    DescriptionWords,
    Language,
    Words,
)
from bot.domain.replies.languages.portuguese import PORTUGUESE
from bot.domain.replies.languages.spanish import SPANISH

LANGUAGES = (ENGLISH, GERMAN, FRENCH, SPANISH, PORTUGUESE, ITALIAN, DUTCH)

__all__ = ["ENGLISH", "LANGUAGES", "CommandWords", "CorrectionWords", "DescriptionWords", "Language", "Words"]
