"""The words of a reply in French.

"Passer" is not here, since it may skip a payment or let it pass. "Annuler 3" is not here either, since it
may also strike out the payment.
"""

from bot.domain.replies.languages.language import CommandWords, CorrectionWords, DescriptionWords, Language

FRENCH = Language(
    name="French",
    commands=CommandWords(
        approve=("approuve {}", "approuvez {}", "approuver {}"),
        reject=("rejette {}", "rejetez {}", "rejeter {}", "refuse {}", "refusez {}", "refuser {}"),
        hold=("suspends {}", "suspendez {}", "suspendre {}", "mets {} en attente", "mettre {} en attente"),
        all=("tout", "tous", "toutes"),
        and_=("et",),
        except_=("sauf", "excepté"),
        to=("à",),
        please=("s'il te plaît", "s'il vous plaît", "svp", "stp"),
        nouns=("le paiement", "les paiements", "paiement", "paiements"),
        skip=("sauter",),
        exit=("quitter", "terminer"),
        help=("aide",),
        status=("statut",),
        why=("pourquoi", "pourquoi {}"),
        what=("qu'est-ce que {}", "c'est quoi {}", "montre {}"),
        who=("qui a soumis ça", "qui a soumis cela", "qui l'a soumis"),
        open=("liste", "qu'est-ce qui est ouvert", "que reste-t-il", "combien reste-t-il"),
    ),
    corrections=CorrectionWords(
        undo=(),
        change=("change {} en", "corrige {} en"),
        approved=("approuvé",),
        rejected=("rejeté", "refusé"),
        held=("en attente",),
        sorry=("pardon", "désolé", "désolée", "je voulais dire"),
    ),
    descriptions=DescriptionWords(
        before=("ok", "oui", "oui,"),
        around=("le", "la", "les", "l'", "celui", "celle", "de", "du", "à", "pour", "facture"),
        many=("paiements", "factures", "ceux", "celles"),
        both=("les deux",),
        but=("hormis",),
        under=("sous", "moins de", "en dessous de", "inférieurs à"),
        at_most=("au plus", "jusqu'à"),
        over=("plus de", "au-dessus de", "supérieurs à"),
        at_least=("au moins",),
        because=("parce que", "car"),
    ),
    point_groups_thousands=True,
)
