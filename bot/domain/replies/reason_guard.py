"""What must not stand behind a colon: what spares, takes back, limits or adds to the decision before it.

A reason is only told. One that reads as an exception, a condition or another instruction would act on the
very payment that somebody wanted spared, so it costs a question instead (law 7 in ARCHITECTURE.md). "no PO",
"not a business expense" and "paid twice: see #9" stay reasons.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from bot.domain.conversation import DecisionKind
from bot.domain.replies.languages import LANGUAGES
from bot.domain.replies.phrases import (
    APPROVING_WORDS,
    PHRASES,
    REF,
    REFUSING_WORDS,
    any_of,
    filled,
    verbs_of,
)
from bot.domain.replies.spelling import folded
from bot.domain.replies.vocabulary import AND, EVERY, EXCEPT
from bot.domain.replies.warning_signs import SIGN_WORDS, WarningSign

REASON_LIMIT = 500

_REF = rf"(?<![\w.,/-]){REF}(?![\w/-]|[.,][0-9])"
_NAMED = re.compile(_REF)
_LIST = re.compile(rf"{REF}(?:(?: ?, ?| ?& ?| and |-){REF})*", re.ASCII | re.IGNORECASE)
_COMMAND_WORD = re.compile(r"\b(?:approve|reject|deny|hold|skip|exit|undo)\b", re.ASCII | re.IGNORECASE)

_ARTICLE = (
    r"(?:(?:the|for|payment|payments|number|no|nr|die|der|das|la|le|les|el|los|il|o|a|de|het|zahlung|pago"
    r"|paiement|pagamento|betaling)\.? ){0,2}"
)
_EVERY = any_of(EVERY)
_EXCEPT = any_of(
    {*EXCEPT, "excepting", "other than", "apart from", "aside from", "bis auf", "hormis", "a part", "minus"}
    | {"save for", "bar"}
)
# Only before a reference: "without PO" and "leaves no trace" are reasons.
_SPARING = (
    "without|leave|leaving|spare|keep|keeping|ignore|minus|ohne|sans|sin|sem|senza|zonder|lass|laisse|deja"
    "|deixa|lascia|laat"
)
_ALSO = "also|too|plus|as well|as well as|auch|ebenso|aussi|egalement|tambien|tambem|anche|pure|ook"
_AND = any_of(AND | {"or", "oder", "ou", "of"})
_NO = "|".join(SIGN_WORDS[WarningSign.NEGATION])
_SPARES = re.compile(
    rf"^(?:{_EVERY},? )?{_EXCEPT}\b"
    rf"|\b(?:{_EXCEPT}|{_SPARING}|not|nicht|niet|pas|nao|non) {_ARTICLE}{_REF}"
    rf"|^(?:{_NO}|{_AND}|only|nur|solo|seulement|alleen) {_ARTICLE}{_REF}"
    rf"|\b(?:{_ALSO}) {_ARTICLE}{_REF}|{_REF},? (?:{_ALSO})\b"
)
_LIMITS = any_of(
    {"in case", "as long as", "as soon as", "except if", "only if", "im fall", "au cas", "a condition"}
    | {"en caso", "siempre que", "desde que", "nel caso", "a patto", "op voorwaarde"}
    | set(SIGN_WORDS[WarningSign.CONDITION])
)
_CONDITION = re.compile(rf"(?:(?:and|but|und|et|y|e|en) )?{_LIMITS}\b")
_LATER_CONDITION = re.compile(rf"(?:and |und |et )?{_LIMITS}\b")
_RETRACTS = re.compile(
    r"(?:no,? wait|(?:just |only )?(?:kidding|joking)|never ?mind|scratch that|forget (?:it|that)"
    r"|on second thoughts?|actually|oops|my mistake|nein,? warte|non,? attends|no,? espera|no,? aspetta"
    r"|nee,? wacht|nao,? espera)\b"
)
# A reason made of nothing else takes the decision back, or means nothing.
_FILLING = """
    just really that it this was i im am m do does don t yet please sorry actually oops doch ja si oui way
    all at the les das es war cela ca eso isso questo dat tout en of
"""
_EMPTY = {
    *SIGN_WORDS[WarningSign.NEGATION],
    *SIGN_WORDS[WarningSign.IRONY],
    *SIGN_WORDS[WarningSign.DOUBT],
    *_FILLING.split(),
}
_FREE = (
    "pay|release|accept|allow|confirm|clear|block|decline|change|correct|cancel|revert|bezahle|zahle|paie"
    "|payez|accepte|annule|paga|pague|pagar|anula|accetta|annulla|betaal|accepteer|annuleer"
)


def _instructions() -> Iterator[str]:
    """An expression for every command of every language, and for free ones about a reference."""
    every = any_of(word for language in LANGUAGES for word in language.commands.all)
    target = rf"(?:{_ARTICLE}{REF}|{every})"
    for language in LANGUAGES:
        corrections = language.corrections
        yield from (filled(verb, target) for _, verb in verbs_of(language.commands))
        yield from (filled(verb, target) for verb in (*corrections.undo, *corrections.change))
    yield rf"(?:{_FREE}) {target}"


_INSTRUCTS = re.compile(rf"(?<!\w)(?:{'|'.join(_instructions())})(?!\w)")
_ENDINGS = frozenset(ending for phrases in PHRASES for ending in phrases.endings)


def no_mere_reason(reason: str, kind: DecisionKind, about: Iterable[int] | None) -> str | None:
    """Why this cannot be a mere reason for a decision, as half a sentence; ``None`` where it can.

    ``about`` has the references that the decision names, and is ``None`` for one about everything.
    """
    if kind is DecisionKind.APPROVED:
        return "Approvals take no reason, so I am not sure what that is"
    if len(reason) > REASON_LIMIT:
        return f"Reasons are kept up to {REASON_LIMIT} characters"
    if _instructs(reason):
        return "There may be two instructions in that line; please give each its own line"
    if not any(char.isalpha() for char in reason) or _LIST.fullmatch(reason):
        return "I am not sure which transactions you mean"
    plain = re.sub(r"\s+", " ", folded(reason)).strip(" .!")
    if _spares(plain, about) or _limits(plain, kind) or _takes_back(plain, kind):
        return "I am not sure what should happen there"
    return None


def _instructs(reason: str) -> bool:
    """Whether a reason may hold an approval in some language, or another instruction."""
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFC", reason).lower()).strip(" .!")
    words = re.findall(r"[^\W\d_]+", plain)
    return (
        bool(_COMMAND_WORD.search(reason) or _INSTRUCTS.search(plain))
        or plain in _ENDINGS
        or not APPROVING_WORDS.isdisjoint(words)
        or (not REFUSING_WORDS.isdisjoint(words) and bool(_NAMED.search(plain)))
    )


def _spares(plain: str, about: Iterable[int] | None) -> bool:
    """Whether something is left out of the decision or added to it; a number may be what it is about."""
    if any(_SPARES.search(clause) for clause in _clauses(plain)):
        return True
    named = {int(ref.lstrip("#")) for ref in _NAMED.findall(plain)}
    several = None if about is None else set(about)
    return bool(named) and (several is None or (len(several) > 1 and not named.isdisjoint(several)))


def _limits(plain: str, kind: DecisionKind) -> bool:
    """A condition; what is held may wait for one ("hold 3: if the PO comes we pay")."""
    if kind is DecisionKind.HELD:
        return False
    first, *later = _clauses(plain)
    return bool(_CONDITION.match(first)) or any(_LATER_CONDITION.match(clause) for clause in later)


def _takes_back(plain: str, kind: DecisionKind) -> bool:
    words = re.findall(r"[a-z]+", plain)
    waits = kind is DecisionKind.HELD and words[:1] in (["wait"], ["warte"], ["attends"], ["espera"])
    empty = bool(words) and _EMPTY.issuperset(words) and plain.isascii() and not waits
    return bool(_RETRACTS.match(plain)) or empty


def _clauses(plain: str) -> list[str]:
    return [clause.strip() for clause in re.split(r"[,;:]| [-–] ", plain) if clause.strip()] or [plain]
