"""Signs in a reply that its words may mean the opposite of what they say, or nothing to act on.

They only ever hold something back. A false sign (a vendor called "No Frills") costs a question; a missed
one may cost a payment, so the lists lean towards questions (law 7 in ARCHITECTURE.md). All words are compared
without case and accents, and those of all languages at once.
"""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from bot.domain.names import is_invisible
from bot.domain.replies.spelling import folded


class WarningSign(StrEnum):
    """Why a reply is not taken at its word; the value ends the sentence "There is ... in that"."""

    NEGATION = "a no"
    CONDITION = "a condition"
    DOUBT = "a doubt"
    REPORT = "something that somebody else said"
    IRONY = "something that may be meant otherwise"
    QUESTION = "a question"
    QUOTATION = "a quotation"
    EMOJI = "an emoji"
    MENTION = "somebody else's name"
    LETTERS = "writing that I cannot read surely"


_WORDS_OF = {
    WarningSign.NEGATION: """
        no not nor non none nope nah never nothing neither cannot without nobody dont doesnt didnt wont
        wouldnt cant isnt arent aint shouldnt couldnt wasnt
        nein nicht nichts kein keine keinen keiner keinem keines nie niemals niemand ohne weder nee
        ne pas jamais rien aucun aucune sans
        nunca jamas nada ningun ninguno ninguna sin ni tampoco
        nao nenhum nenhuma sem nem
        mai niente nulla nessun nessuno nessuna senza
        niet niets geen nooit zonder
        cancel stop undo forget
    """,
    WarningSign.CONDITION: """
        if unless provided assuming only but once when after before pending subject
        wenn falls sofern sobald aber nur erst vorausgesetzt
        si sauf quand lorsque mais seulement condition
        cuando pero solo siempre
        se quando caso mas somente apenas
        ma soltanto purche
        als indien mits wanneer zodra maar alleen
    """,
    WarningSign.DOUBT: """
        maybe perhaps probably possibly might guess think suppose unsure doubt wonder hmm hm wait whether or
        either should would could may
        vielleicht eventuell wohl soll sollte sollten wurde konnte glaube denke warte oder
        peut-etre devrait devrais pourrait crois pense attends attendez ou
        quiza quizas deberia podria creo espera
        talvez deveria poderia acho espere
        forse dovrei dovremmo potrei credo aspetta
        misschien zou moeten denk wacht
    """,
    WarningSign.REPORT: """
        said says say saying told tells asked asks wants wanted wrote heard thinks claims reportedly according
        sagt sagte gesagt meint meinte laut
        dit disait selon dice dijo segun disse diz detto zegt zei volgens
    """,
    WarningSign.IRONY: """
        lol lmao rofl haha hahaha hehe sure obviously totally brilliant genius fantastic wonderful
        whatever wow kidding joking joke hell heck dream dreams sarcasm great lovely perfect
        klar toll super natuerlich naturlich witz
        bien-sur mdr ptdr blague claro jaja broma kkk certo scherzo tuurlijk grapje
    """,
}
_PHRASES = {
    WarningSign.IRONY: (
        r"yeah,? right|as if|of course|good luck|why not|fat chance|over my dead|bien sur|/s\b"
    ),
    WarningSign.DOUBT: r"tal vez|not sure|hold on",
    WarningSign.QUESTION: r"\?|¿|^(?:what|who|why|how|which|shall|can|is|are|do|does|did)\b",
    WarningSign.QUOTATION: "[\"“”„«»‹›`~]|^ ?>|&gt;|(?<![a-z0-9])['‘]|[a-z.!][’'](?![a-z0-9])",
    WarningSign.EMOJI: r":[a-z0-9_+-]*[a-z+-][a-z0-9_+-]*:|(?<![a-z0-9])[:;]-?[)(dp/\\|](?![a-z0-9])",
    WarningSign.MENTION: r"<[@!#]|(?<![a-z0-9])@[a-z]",
    WarningSign.NEGATION: r"\bn['’][a-z]|[a-z]n['’]t\b",
}
SIGN_WORDS: Mapping[WarningSign, tuple[str, ...]] = {
    sign: tuple(words.split()) for sign, words in _WORDS_OF.items()
}


def _pattern(sign: WarningSign) -> re.Pattern[str]:
    words = "|".join(SIGN_WORDS.get(sign, ()))
    alternatives = (rf"\b(?:{words})\b" if words else "", _PHRASES.get(sign, ""))
    return re.compile("|".join(filter(None, alternatives)) or "(?!)", re.MULTILINE)


_PATTERNS = {sign: _pattern(sign) for sign in WarningSign}


def warning_signs(text: str) -> tuple[WarningSign, ...]:
    """The signs in a text, in the order of ``WarningSign``; empty where it may be taken at its word."""
    plain = folded(text)
    found = {sign for sign, pattern in _PATTERNS.items() if pattern.search(plain)}
    if any(_is_picture(char) for char in text):
        found.add(WarningSign.EMOJI)
    if any(_is_foreign(char) for char in text):
        found.add(WarningSign.LETTERS)
    return tuple(sign for sign in WarningSign if sign in found)


@cache
def _is_picture(char: str) -> bool:
    """A picture or another symbol; signs of currency and of arithmetic are none."""
    return unicodedata.category(char) in ("So", "Sk") and not char.isascii()


@cache
def _is_foreign(char: str) -> bool:
    """A letter of another script, or a Latin one in disguise: a "no" written in them would be missed."""
    if is_invisible(char):
        return True
    if not char.isalpha() or char.isascii():
        return False
    return not unicodedata.name(char, "").startswith("LATIN ") or ord(char) > 0x24F
