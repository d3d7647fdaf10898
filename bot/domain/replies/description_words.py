"""The words by which payments are described, language by language: data, as in ``tongues``."""

from typing import NamedTuple

from bot.domain.replies.languages import (
    DUTCH,
    ENGLISH,
    FRENCH,
    GERMAN,
    ITALIAN,
    PORTUGUESE,
    SPANISH,
    Tongue,
    Words,
)


class Describing(NamedTuple):
    """What stands around a vendor's name or an amount.

    ``around`` says nothing about which payment is meant, ``many`` says that it may be several.
    ``groups`` is whether the point groups thousands in this language, so that 5.000 is five thousand.
    """

    tongue: Tongue
    before: Words
    around: Words
    many: Words
    both: Words
    but: Words
    under: Words
    at_most: Words
    over: Words
    at_least: Words
    because: Words
    groups: bool = True


DESCRIBING = (
    Describing(
        tongue=ENGLISH,
        before=("ok", "okay", "yes", "i", "we", "let's", "you can", "go ahead and", "just"),
        around=(
            *(
                "the",
                "a",
                "an",
                "one",
                "payment",
                "invoice",
                "bill",
                "transaction",
                "to",
                "from",
                "for",
                "of",
            ),
            *("by", "is", "are", "that", "which", "undecided", "open"),
        ),
        many=(
            *("all", "everything", "every", "each", "any", "anything", "ones"),
            *("payments", "invoices", "bills", "transactions"),
        ),
        both=("both", "both of them", "the two", "both payments"),
        but=("but", "but for", "besides", "other than"),
        under=("under", "below", "less than", "smaller than", "lower than", "beneath"),
        at_most=("at most", "up to", "up to and including"),
        over=("over", "above", "more than", "larger than", "higher than", "greater than", "bigger than"),
        at_least=("at least",),
        because=("because", "since", "as"),
        groups=False,
    ),
    Describing(
        tongue=GERMAN,
        before=("ok", "okay", "ja", "ja,"),
        around=("der", "die", "das", "den", "dem", "zahlung", "rechnung", "an", "von", "für", "offenen"),
        many=("alle", "alles", "zahlungen", "rechnungen"),
        both=("beide", "beides", "die beiden"),
        but=("bis auf",),
        under=("unter", "weniger als", "kleiner als"),
        at_most=("höchstens", "bis", "bis zu", "maximal"),
        over=("über", "ueber", "mehr als", "größer als"),
        at_least=("mindestens", "ab"),
        because=("weil", "da"),
    ),
    Describing(
        tongue=FRENCH,
        before=("ok", "oui", "oui,"),
        around=("le", "la", "les", "l'", "celui", "celle", "de", "du", "à", "pour", "paiement", "facture"),
        many=("tout", "tous", "toutes", "paiements", "factures", "ceux", "celles"),
        both=("les deux",),
        but=("hormis",),
        under=("sous", "moins de", "en dessous de", "inférieurs à"),
        at_most=("au plus", "jusqu'à"),
        over=("plus de", "au-dessus de", "supérieurs à"),
        at_least=("au moins",),
        because=("parce que", "car"),
    ),
    Describing(
        tongue=SPANISH,
        before=("ok", "vale", "vale,"),
        around=("el", "la", "los", "las", "de", "del", "a", "para", "pago", "factura"),
        many=("todo", "todos", "todas", "pagos", "facturas"),
        both=("ambos", "ambas", "los dos"),
        but=(),
        under=("menos de", "por debajo de", "menores de", "inferiores a", "menor que"),
        at_most=("como máximo", "hasta"),
        over=("más de", "mas de", "por encima de", "mayores de", "superiores a", "mayor que"),
        at_least=("al menos", "por lo menos"),
        because=("porque", "ya que"),
    ),
    Describing(
        tongue=PORTUGUESE,
        before=("ok", "sim", "sim,"),
        around=("o", "a", "os", "as", "de", "do", "da", "para", "pagamento", "fatura"),
        many=("tudo", "todos", "todas", "pagamentos", "faturas"),
        both=("ambos", "ambas", "os dois"),
        but=(),
        under=("menos de", "abaixo de", "menores que", "inferiores a"),
        at_most=("no máximo", "até"),
        over=("mais de", "acima de", "maiores que", "superiores a"),
        at_least=("pelo menos",),
        because=("porque", "pois"),
    ),
    Describing(
        tongue=ITALIAN,
        before=("ok", "sì", "sì,"),
        around=("il", "lo", "la", "i", "gli", "le", "quello", "di", "da", "a", "per", "pagamento", "fattura"),
        many=("tutto", "tutti", "tutte", "pagamenti", "fatture", "quelli"),
        both=("entrambi", "entrambe", "tutti e due"),
        but=(),
        under=("sotto", "meno di", "inferiori a"),
        at_most=("al massimo", "fino a"),
        over=("sopra", "oltre", "più di", "superiori a"),
        at_least=("almeno",),
        because=("perché", "perche"),
    ),
    Describing(
        tongue=DUTCH,
        before=("ok", "ja", "ja,"),
        around=("de", "het", "die", "dat", "van", "aan", "voor", "betaling", "factuur"),
        many=("alle", "alles", "betalingen", "facturen"),
        both=("beide", "allebei"),
        but=(),
        under=("onder", "minder dan", "kleiner dan"),
        at_most=("hoogstens", "maximaal"),
        over=("boven", "meer dan", "groter dan"),
        at_least=("minstens",),
        because=("omdat", "want"),
    ),
)
