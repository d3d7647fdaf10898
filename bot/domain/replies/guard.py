"""A model's reading of a reply, held against the reply's own words before it may even be proposed.

A model that inverts what it reads, or does what a memo tells it to, must not be able to put an approval
before a human who did not ask for it. So an approval needs a word that grants it, none that takes it back,
for each payment a word that names it, and no word that is not known. What these rules refuse wrongly costs
one question.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set

from bot.domain.conversation import Decide, DecisionKind, Exit, Skip
from bot.domain.names import folded_name
from bot.domain.replies.description import NEGATION_MARK
from bot.domain.replies.payment import FlaggedPayment
from bot.domain.replies.phrases import any_of
from bot.domain.replies.reserved_words import RESERVED
from bot.domain.replies.spelling import folded
from bot.domain.replies.vocabulary import EVERY, EXCEPT
from bot.domain.replies.warning_signs import SIGN_WORDS, WarningSign, warning_signs

# Signs with which nothing at all is proposed: what is said is not meant, or not said to us.
_NOT_MEANT = {
    WarningSign.REPORT,
    WarningSign.IRONY,
    WarningSign.QUESTION,
    WarningSign.QUOTATION,
    WarningSign.EMOJI,
    WarningSign.MENTION,
}
_GRANTS = re.compile(
    r"\b(?:approv\w+|ok|okay|okey|yes|yep|yeah|yup|fine|good|accept\w*|allow\w*|pay|release\w*|agreed?"
    r"|go ahead|clear(?:ed)?|lgtm|legit\w*|confirm\w*|sign|let \w+ through|through"
    r"|genehmig\w+|freigeb\w+|freigegeben|frei|ja|passt|einverstanden|bezahlen?|zahlen?|in ordnung"
    r"|approuv\w+|oui|d'accord|valide\w*|accepte\w*|payer|payez|paie|bon(?:ne)?"
    r"|aprueb\w+|aprob\w+|vale|acept\w*|pagar?|pague|bien|adelante"
    r"|aprov\w+|sim|aceit\w*|bem|va bene|accett\w*|bene"
    r"|goedkeur\w*|goedgekeurd|goed|akkoord|betaal|betalen)\b"
)
_REFUSALS = (
    r"(?:reject\w*|den(?:y|ied|ies)|declin\w*|disapprov\w*|block\w*|hold|held|holding|refus\w*|skip|exit"
    r"|ablehn\w*|abgelehnt|lehne?|zuruck\w*|beenden|rejet\w*|suspen\w*|attente|rechaz\w*|reten\w*"
    r"|rejeit\w*|recus\w*|rifiut\w*|resping\w*|sospen\w*|afwijz\w*|afkeur\w*|wijs|keur|weiger\w*|aanhoud\w*)"
)
_REFUSES = re.compile(rf"\b{_REFUSALS}\b")
_NO = rf"(?:{'|'.join(SIGN_WORDS[WarningSign.NEGATION])}|\w+n't|n'\w+)"
_REFUSAL_DENIED = re.compile(
    rf"\b{_NO}(?: \w+){{0,2}} {_REFUSALS}\b"
    rf"|\b{_REFUSALS}(?:,? \w+){{0,3}},? (?:nicht|niet|pas|not|nope|no$)\b"
)
_THE_REST = "every each rest remaining others lot allen toda reste resto overige"
_EVERY = re.compile(rf"\b{any_of({*EVERY, *_THE_REST.split()})}\b")
_BOTH = re.compile(r"\b(?:both|beide[sn]?|les deux|ambos|ambas|os dois|los dos|entramb[ie]|allebei)\b")
# What speaks against a payment, or of something that is done: with it nobody asks for an approval.
_AGAINST = re.compile(
    r"\b(?:already|mistake\w*|wrong\w*|fraud\w*|duplicat\w*|suspicious|fake|scam|paid|twice|approvals?|approver"
    r"|schon|bereits|doppelt|falsch\w*|betrug|verdachtig\w*|bezahlt|genehmigung\w*"
    r"|deja|erreur|fraude|doublon|faux|approbation"
    r"|ya|duplicad\w+|error|fraude|falso|pagad\w+|aprobacion"
    r"|ja foi|duplicad\w+|erro|pag[oa]s?|aprovacao"
    r"|gia|doppio|errore|frode|pagat\w+|approvazione"
    r"|reeds|dubbel|fout|betaald|goedkeuring)\b"
)
# Words that may name any payment of several, and words that name a reference.
_POINTS = re.compile(
    r"\b(?:first|second|third|fourth|fifth|last|former|latter|small\w*|large\w*|big\w*|cheap\w*|expensive"
    r"|under|below|over|above|less|more|most|least"
    r"|erste\w*|zweite\w*|dritte\w*|letzte\w*|kleine\w*|grosse\w*|premiere?|deuxieme|dernie\w+|petit\w*"
    r"|primer\w*|segund\w+|tercer\w*|ultim\w+|pequen\w+|piccol\w+|eerste|tweede|laatste|kleine)\b"
)
_COUNTED = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_NUMBER = (
    r"(?<![\w.,])#?([1-9][0-9]{0,3})(?:(?:-| to | through | bis | a )#?([1-9][0-9]{0,3}))?(?![\w,.][0-9])\b"
)
_WORD = re.compile(rf"{_NUMBER}|go ahead|in ordnung|va bene|d'accord|[a-z]+")
# What else may stand in a reply that approves; every other word may say anything.
_GLUE_WORDS = """
    you have my it its them they this these those that me i we us looks look good fine with go ahead and are
    is be can the a for to of on now then also really too number waits
    geht mit von das sie c est pour les es ist para per di van
    """
_GLUE = frozenset(_GLUE_WORDS.split())
_EXCEPT = re.compile(any_of(EXCEPT))


def objection(text: str, reading: Decide | Skip | Exit, payments: Sequence[FlaggedPayment]) -> str | None:
    """Why a reading of ``text`` must not be proposed: half a sentence, or ``None``.

    ``payments`` are the flagged ones of the review. An undecided one may be named by its vendor and amount,
    and by no text in which anybody could have written the words of the reply.
    """
    known = {payment.ref: _called(payment) for payment in payments if payment.undecided}
    signs = warning_signs(text)
    for sign in signs:
        if sign in _NOT_MEANT:
            return f"There is {sign.value} in that"
    if not isinstance(reading, Decide):
        return f"There is {signs[0].value} in that" if signs else None
    plain = folded(text)
    if any(request.kind is DecisionKind.APPROVED for request in reading.asks):
        return f"There is {signs[0].value} in that" if signs else _ungranted(plain, reading, known)
    if _REFUSAL_DENIED.search(plain):
        return f"There is {WarningSign.NEGATION.value} in that"
    if _GRANTS.search(plain) and not _REFUSES.search(plain) and not signs:
        return "That reads like an approval, and I am not sure of what"
    return None


def _called(payment: FlaggedPayment) -> str:
    """What a payment may be called by; amounts as people say them, 12000 or 12k."""
    thousands = (payment.amount / 1000).normalize()
    return f"{payment.vendor} {payment.amount.normalize():f} {thousands:f}k"


def _ungranted(plain: str, reading: Decide, known: Mapping[int, str]) -> str | None:
    """Why words that deny nothing do not approve this much."""
    approved = [request for request in reading.asks if request.kind is DecisionKind.APPROVED]
    if not _GRANTS.search(plain):
        return "I see no word of approval in that"
    if _AGAINST.search(plain):
        return "There is something in that which may speak against it"
    if len(approved) == len(reading.asks) and _REFUSES.search(plain):
        return "There is a refusal in that"
    about = [known.get(ref, "") for request in reading.asks for ref in request.refs or ()]
    if NEGATION_MARK.search(plain) or not _only_known_words(plain, about):
        return "There are words in that of which I am not sure"
    named = _NamedReferences(plain, {word for about in known.values() for word in _naming_words(about)})
    everything = any(request.refs is None for request in approved)
    if everything and (not named.every or named.kept_back or named.refs):
        return "I am not sure which transactions you mean"
    refs = {ref for request in approved for ref in request.refs or ()}
    both = _BOTH.search(plain)
    if both and len(refs) != 2:
        return "I am not sure which two you mean"
    described = {ref for ref in known if _is_named(plain, known[ref])}
    any_may_be_meant = named.every or (not described and (both or _POINTS.search(plain)))
    unnamed = set() if any_may_be_meant else refs - described
    if refs & named.kept_back or not unnamed <= named.refs | named.counted:
        return "I am not sure which transactions you mean"
    return None


def _only_known_words(plain: str, about: Sequence[str]) -> bool:
    """Whether every word grants, refuses, points, counts, is of the languages, or names what is approved."""
    own = {word for called in about for word in _naming_words(called)}
    single = re.sub(r"\b(?:go ahead|d'accord|in ordnung|va bene)\b", " ", plain)
    return all(
        word in own
        or word in _GLUE
        or word in _LANGUAGE
        or word in _COUNTED
        or _WORD_WITH_A_MEANING.fullmatch(word)
        for word in re.findall(r"[^\W\d_]+", single)
    )


class _NamedReferences:
    """The references in a text, and whether it speaks of all: up to the last verb before each of them.

    After a refusal a word of consent counts only where something was named in between ("deny approval of
    2"), and a refusal with nothing behind it takes back what stands before it.
    """

    def __init__(self, plain: str, vendors: Set[str]) -> None:
        self.refs: set[int] = set()
        self.counted: set[int] = set()
        self.kept_back: set[int] = set()
        self.every = False
        back = named_since = False
        for word in _WORD.finditer(plain):
            if word[1]:
                low, high = int(word[1]), min(int(word[2] or word[1]), 5000)
                (self.kept_back if back else self.refs).update(range(low, high + 1))
                named_since = True
            elif word[0] in _COUNTED:
                self.counted.add(_COUNTED[word[0]])
            elif _REFUSES.fullmatch(word[0]) or _EXCEPT.fullmatch(word[0]):
                back, named_since = True, False
            elif _GRANTS.fullmatch(word[0]):
                back = back and not named_since
            elif _EVERY.fullmatch(word[0]):
                self.every = self.every or not back
                named_since = True
            named_since = named_since or word[0] in vendors
        if back and not named_since:
            self.kept_back |= self.refs


def _is_named(plain: str, called: str) -> bool:
    """Whether one of the words that a payment is called by is in the reply, an amount's too."""
    return not set(_naming_words(plain)).isdisjoint(_naming_words(called))


def _naming_words(text: str) -> Iterator[str]:
    """What a payment may be named by; a vendor called "The Approved Ones" is not named by those words."""
    for word in folded_name(folded(text)).split():
        if (
            len(word) > 2
            and word not in _GLUE
            and word not in _LANGUAGE
            and not _WORD_WITH_A_MEANING.fullmatch(word)
        ):
            yield word


_LANGUAGE = frozenset(folded(word) for word in RESERVED)
_WORD_WITH_A_MEANING = re.compile(
    "|".join(words.pattern for words in (_GRANTS, _EVERY, _BOTH, _POINTS, _REFUSES, _EXCEPT))
)
