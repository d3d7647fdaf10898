"""The words of the exact grammar, language by language: data, and no rules.

A verb is a pattern with ``{}`` where the payments are named, since German and Dutch put part of it
behind them. A word stands here only where it has one meaning in its language, and where no other
language of this table gives it another one: French "passer" may skip a payment or let it pass, and
Dutch "2 tot 5" may leave out the 5, so they are not here. Everything is in lower case and composed (NFC).
"""

from typing import NamedTuple

Words = tuple[str, ...]


class Tongue(NamedTuple):
    """The words of one language, each ready to be compared as a whole."""

    name: str
    approve: Words
    reject: Words
    hold: Words
    all: Words
    and_: Words
    except_: Words
    to: Words
    please: Words
    nouns: Words
    skip: Words
    exit: Words
    help: Words
    status: Words
    why: Words
    what: Words
    who: Words
    open: Words


ENGLISH = Tongue(
    name="English",
    approve=("approve {}",),
    reject=("reject {}", "deny {}"),
    hold=("hold {}",),
    all=("all", "everything"),
    and_=("and",),
    except_=("except", "except for"),
    to=("to", "through"),
    please=("please",),
    nouns=("payment", "payments", "transaction", "transactions"),
    skip=("skip",),
    exit=("exit",),
    help=("help", "what can i say"),
    status=("status",),
    why=("why", "why {}", "why was {} flagged", "why is {} flagged", "why is {} here"),
    what=("what is {}", "what's {}", "what is {} about", "what's {} about", "tell me about {}", "show {}"),
    who=("who submitted this", "who submitted it", "who submitted that", "who sent this"),
    open=("list", "what is open", "what's open", "how much is open", "how much is left", "what is left"),
)

GERMAN = Tongue(
    name="German",
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
)

FRENCH = Tongue(
    name="French",
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
)

SPANISH = Tongue(
    name="Spanish",
    approve=("aprueba {}", "apruebe {}", "aprobar {}"),
    reject=("rechaza {}", "rechace {}", "rechazar {}"),
    hold=("retén {}", "reten {}", "retenga {}", "retener {}"),
    all=("todo", "todos", "todas"),
    and_=("y", "e"),
    except_=("excepto", "salvo", "menos"),
    to=("a",),
    please=("por favor",),
    nouns=("el pago", "los pagos", "pago", "pagos"),
    skip=("omitir", "saltar"),
    exit=("salir", "terminar"),
    help=("ayuda",),
    status=("estado",),
    why=("por qué", "por qué {}", "por que {}"),
    what=("qué es {}", "que es {}", "muestra {}"),
    who=("quién envió esto", "quien envio esto"),
    open=("lista", "qué queda", "cuánto queda", "que queda", "cuanto queda"),
)

PORTUGUESE = Tongue(
    name="Portuguese",
    approve=("aprova {}", "aprove {}", "aprovar {}"),
    reject=("rejeita {}", "rejeite {}", "rejeitar {}"),
    hold=("retém {}", "retenha {}", "reter {}"),
    all=("tudo", "todos", "todas"),
    and_=("e",),
    except_=("exceto", "salvo", "menos"),
    to=("a", "até"),
    please=("por favor",),
    nouns=("o pagamento", "os pagamentos", "pagamento", "pagamentos"),
    skip=("pular", "saltar"),
    exit=("sair", "terminar"),
    help=("ajuda",),
    status=("status", "estado"),
    why=("por quê", "por que {}", "porquê {}"),
    what=("o que é {}", "mostra {}", "mostre {}"),
    who=("quem enviou isto", "quem enviou isso"),
    open=("lista", "o que falta", "quanto falta"),
)

ITALIAN = Tongue(
    name="Italian",
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
)

DUTCH = Tongue(
    name="Dutch",
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
)


class Amending(NamedTuple):
    """How one language speaks of a decision made before: exact words, and how a free correction begins.

    French "annuler 3" and German "3 zurücknehmen" may also strike out the payment, so they are not here.
    """

    tongue: Tongue
    undo: Words
    change: Words
    approved: Words
    rejected: Words
    held: Words
    sorry: Words


AMENDING = (
    Amending(
        tongue=ENGLISH,
        undo=("undo {}",),
        change=("change {} to", "correct {} to", "correct {}:"),
        approved=("approve", "approved"),
        rejected=("reject", "rejected"),
        held=("hold", "held"),
        sorry=("sorry", "oops", "my mistake", "i meant", "i meant to", "i mean", "actually", "correction"),
    ),
    Amending(
        tongue=GERMAN,
        undo=(),
        change=("ändere {} auf", "ändere {} in"),
        approved=("genehmigt", "freigegeben"),
        rejected=("abgelehnt",),
        held=("zurückgestellt",),
        sorry=("sorry", "entschuldigung", "ich meinte"),
    ),
    Amending(
        tongue=FRENCH,
        undo=(),
        change=("change {} en", "corrige {} en"),
        approved=("approuvé",),
        rejected=("rejeté", "refusé"),
        held=("en attente",),
        sorry=("pardon", "désolé", "désolée", "je voulais dire"),
    ),
    Amending(
        tongue=SPANISH,
        undo=("deshaz {}", "deshacer {}"),
        change=("cambia {} a",),
        approved=("aprobado",),
        rejected=("rechazado",),
        held=("retenido",),
        sorry=("perdón", "perdon", "quise decir"),
    ),
    Amending(
        tongue=PORTUGUESE,
        undo=("desfaz {}", "desfazer {}"),
        change=("muda {} para", "mude {} para"),
        approved=("aprovado",),
        rejected=("rejeitado",),
        held=("retido",),
        sorry=("desculpe", "desculpa", "quis dizer"),
    ),
    Amending(
        tongue=ITALIAN,
        undo=(),
        change=("cambia {} in",),
        approved=("approvato",),
        rejected=("rifiutato", "respinto"),
        held=("sospeso",),
        sorry=("scusa", "scusate", "volevo dire"),
    ),
    Amending(
        tongue=DUTCH,
        undo=("maak {} ongedaan",),
        change=("wijzig {} in",),
        approved=("goedgekeurd",),
        rejected=("afgekeurd", "afgewezen"),
        held=("aangehouden",),
        sorry=("sorry", "ik bedoelde"),
    ),
)

TONGUES = (ENGLISH, GERMAN, FRENCH, SPANISH, PORTUGUESE, ITALIAN, DUTCH)
