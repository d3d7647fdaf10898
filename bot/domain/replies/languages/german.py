"""The words of a reply in German.

"3 zurücknehmen" is not here, since it may also strike out the payment.
"""

from bot.domain.replies.languages.language import CommandWords, CorrectionWords, DescriptionWords, Language

GERMAN = Language(
    name="German",
    commands=CommandWords(
        approve=("genehmige {}", "{} genehmigen", "gib {} frei", "{} freigeben"),
        reject=("lehne {} ab", "{} ablehnen"),
        hold=("stelle {} zurück", "{} zurückstellen", "halte {} zurück", "{} zurückhalten"),
        all=("alle", "alles"),
        and_=("und",),
        except_=("außer", "ausser"),
        to=("bis",),
        please=("bitte",),
        nouns=("zahlung", "zahlungen"),
        skip=("überspringen",),
        exit=("beenden",),
        help=("hilfe",),
        status=("status",),
        why=("warum", "warum {}", "wieso {}", "warum wurde {} markiert"),
        what=("was ist {}", "worum geht es bei {}", "zeige {}"),
        who=("wer hat das eingereicht", "von wem ist das"),
        open=("liste", "was ist offen", "wie viel ist offen", "wieviel ist offen"),
    ),
    corrections=CorrectionWords(
        undo=(),
        change=("ändere {} auf", "ändere {} in"),
        approved=("genehmigt", "freigegeben"),
        rejected=("abgelehnt",),
        held=("zurückgestellt",),
        sorry=("sorry", "entschuldigung", "ich meinte"),
    ),
    descriptions=DescriptionWords(
        before=("ok", "okay", "ja", "ja,"),
        around=("der", "die", "das", "den", "dem", "rechnung", "an", "von", "für", "offenen"),
        many=("zahlungen", "rechnungen"),
        both=("beide", "beides", "die beiden"),
        but=("bis auf",),
        under=("unter", "weniger als", "kleiner als"),
        at_most=("höchstens", "bis", "bis zu", "maximal"),
        over=("über", "ueber", "mehr als", "größer als"),
        at_least=("mindestens", "ab"),
        because=("weil", "da"),
    ),
    point_groups_thousands=True,
)
