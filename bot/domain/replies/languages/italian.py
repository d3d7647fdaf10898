"""The words of a reply in Italian."""

from bot.domain.replies.languages.language import CommandWords, CorrectionWords, DescriptionWords, Language

ITALIAN = Language(
    name="Italian",
    commands=CommandWords(
        approve=("approva {}", "approvare {}"),
        reject=("rifiuta {}", "rifiutare {}", "respingi {}", "respingere {}"),
        hold=("sospendi {}", "sospendere {}", "trattieni {}"),
        all=("tutto", "tutti", "tutte"),
        and_=("e", "ed"),
        except_=("eccetto", "tranne", "salvo"),
        to=("a",),
        please=("per favore", "per piacere"),
        nouns=("il pagamento", "i pagamenti", "pagamento", "pagamenti"),
        skip=("saltare",),
        exit=("esci", "uscire"),
        help=("aiuto",),
        status=("stato",),
        why=("perché", "perché {}", "perche {}"),
        what=("cos'è {}", "cosa è {}", "mostra {}"),
        who=("chi l'ha inviato", "chi ha inviato questo"),
        open=("elenco", "lista", "cosa resta", "quanto resta"),
    ),
    corrections=CorrectionWords(
        undo=(),
        change=("cambia {} in",),
        approved=("approvato",),
        rejected=("rifiutato", "respinto"),
        held=("sospeso",),
        sorry=("scusa", "scusate", "volevo dire"),
    ),
    descriptions=DescriptionWords(
        before=("ok", "sì", "sì,"),
        around=("il", "lo", "la", "i", "gli", "le", "quello", "di", "da", "a", "per", "fattura"),
        many=("pagamenti", "fatture", "quelli"),
        both=("entrambi", "entrambe", "tutti e due"),
        but=(),
        under=("sotto", "meno di", "inferiori a"),
        at_most=("al massimo", "fino a"),
        over=("sopra", "oltre", "più di", "superiori a"),
        at_least=("almeno",),
        because=("perché", "perche"),
    ),
    point_groups_thousands=True,
)
