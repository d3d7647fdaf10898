"""The words of a reply in Dutch.

"2 tot 5" is not here, since it may leave out the 5.
"""

from bot.domain.replies.languages.language import CommandWords, CorrectionWords, DescriptionWords, Language

DUTCH = Language(
    name="Dutch",
    commands=CommandWords(
        approve=("keur {} goed", "{} goedkeuren"),
        reject=("keur {} af", "{} afkeuren", "wijs {} af", "{} afwijzen"),
        hold=("houd {} aan", "{} aanhouden"),
        all=("alles", "alle"),
        and_=("en",),
        except_=("behalve",),
        to=("tot en met", "t/m"),
        please=("alsjeblieft", "alstublieft", "aub"),
        nouns=("betaling", "betalingen"),
        skip=("overslaan",),
        exit=("afsluiten",),
        help=("hulp",),
        status=("status",),
        why=("waarom", "waarom {}"),
        what=("wat is {}", "toon {}"),
        who=("wie heeft dit ingediend",),
        open=("lijst", "wat staat open", "hoeveel staat open"),
    ),
    corrections=CorrectionWords(
        undo=("maak {} ongedaan",),
        change=("wijzig {} in",),
        approved=("goedgekeurd",),
        rejected=("afgekeurd", "afgewezen"),
        held=("aangehouden",),
        sorry=("sorry", "ik bedoelde"),
    ),
    descriptions=DescriptionWords(
        before=("ok", "ja", "ja,"),
        around=("de", "het", "die", "dat", "van", "aan", "voor", "factuur"),
        many=("betalingen", "facturen"),
        both=("beide", "allebei"),
        but=(),
        under=("onder", "minder dan", "kleiner dan"),
        at_most=("hoogstens", "maximaal"),
        over=("boven", "meer dan", "groter dan"),
        at_least=("minstens",),
        because=("omdat", "want"),
    ),
    point_groups_thousands=True,
)
