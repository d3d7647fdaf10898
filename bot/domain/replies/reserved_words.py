"""Words that are never taken for a vendor's name, in any language."""

from bot.domain.names import folded_name
from bot.domain.replies.languages import LANGUAGES

_POINTING_WORDS = """
    first second third fourth last next previous other others same rest remaining biggest largest smallest big
    large small new newest old oldest cheap cheapest expensive top bottom this these those it them him her us
    me you main whole only two three four five
    erste ersten zweite zweiten dritte dritten letzte letzten nächste andere anderen rest größte größten
    kleinste kleinsten diese dieses neue alte
    premier première deuxième dernier dernière autre autres reste grand petit
    primero primera segundo último última otro otra otros resto grande pequeño
    primeiro primeira outro outra outros pequeno
    primo prima secondo ultimo ultima altro altra altri piccolo
    eerste tweede laatste andere overige grote kleine nieuwe
    """
# Words that point at a payment by its place, size or age, and so name no vendor called "First Bank".
_POINTING = frozenset(folded_name(word) for word in _POINTING_WORDS.split())

RESERVED = _POINTING | frozenset(
    word
    for language in LANGUAGES
    for phrases in (*language.commands, *language.descriptions)
    for phrase in phrases
    for word in folded_name(phrase.replace("{}", " ")).split()
)
"""Words that point, and the languages' own, written as ``same_name`` writes them."""
