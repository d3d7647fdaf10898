"""What people say in a review's thread, and the right reading of each: the table that the bot is held to.

The scene: nine payments, of which 1, 2, 3, 5 and 7 wait for a decision, 4 is rejected, and the rest were
approved automatically. A line is ``phrase => reading``; ``\\n`` in a phrase breaks its line.
"""

from decimal import Decimal

from bot.domain.conversation import (
    Correct,
    Decide,
    DescribePayment,
    Exit,
    Help,
    Reading,
    ShowStatus,
    Skip,
    TellFact,
    Why,
)
from bot.domain.replies.payment import FlaggedPayment
from bot.domain.replies.proposal import in_words


def _payment(ref: int, vendor: str, amount: int, decided: str = "") -> FlaggedPayment:
    return FlaggedPayment(
        ref=ref,
        vendor=vendor,
        amount=Decimal(amount),
        currency="USD",
        undecided=not decided,
        decided=decided,
        memo="Reimbursement",
        findings=("over limit",),
    )


OPEN = (1, 2, 3, 5, 7)
PAYMENTS = (
    _payment(1, "Acme Corp", 12000),
    _payment(2, "Initech", 500),
    _payment(3, "Globex", 4000),
    _payment(4, "Staples", 9999, "rejected"),
    _payment(5, "Acme Holdings", 7250),
    _payment(7, "Smith & Sons", 99),
)

# Acts at once; no model is asked, whatever it would say.
EXACT = """
approve => approve everything undecided
Approve all. => approve everything undecided
approve everything => approve everything undecided
approve all payments => approve everything undecided
approve 2 => approve 2
APPROVE 2! => approve 2
approve #2 => approve 2
please approve 2 => approve 2
approve 2, please => approve 2
approve payment 2 => approve 2
approve transactions 2 and 3 => approve 2 and 3
approve 2 and 3 => approve 2 and 3
approve 2, 3 & 5 => approve 2, 3 and 5
approve #2 #3 => approve 2 and 3
approve 2-5 => approve 2, 3, 4 and 5
approve 2–5 => approve 2, 3, 4 and 5
approve 2 to 5 => approve 2, 3, 4 and 5
approve 2 through 5 => approve 2, 3, 4 and 5
approve 2-5 except 4 => approve 2, 3 and 5
approve 1-7, except 4 and 6 => approve 1, 2, 3, 5 and 7
approve all except 3 => approve everything undecided except 3
approve all except 3 and 5 => approve everything undecided except 3 and 5
approve everything except for 3 => approve everything undecided except 3
reject => reject everything undecided
deny all => reject everything undecided
reject 2 => reject 2
reject 2: duplicate => reject 2 (duplicate)
reject 2 - duplicate => reject 2 (duplicate)
reject 2 – duplicate => reject 2 (duplicate)
reject 2: no PO => reject 2 (no PO)
reject 2: not a business expense => reject 2 (not a business expense)
reject 2: duplicate of INV-7 => reject 2 (duplicate of INV-7)
reject 2: paid twice: see #9 => reject 2 (paid twice: see #9)
reject 2: without PO => reject 2 (without PO)
reject 2: never ordered => reject 2 (never ordered)
reject 2: no contract, no PO => reject 2 (no contract, no PO)
reject 2: already paid => reject 2 (already paid)
reject 2: over 5000 => reject 2 (over 5000)
reject all: wrong month => reject everything undecided (wrong month)
hold 3: wait for Ana => hold 3 (wait for Ana)
rejette 2 : pas de facture => reject 2 (pas de facture)
rechaza 2: sin factura => reject 2 (sin factura)
reject 2: дубликат => reject 2 (дубликат)
reject 2: 重複 => reject 2 (重複)
reject 2: duplicate 👎 => reject 2 (duplicate 👎)
reject 2 and 3: paid twice => reject 2 and 3 (paid twice)
reject all except 3 and 5: wrong month => reject everything undecided except 3 and 5 (wrong month)
reject 2: duplicate\\nreject 3: no PO => reject 2 (duplicate), reject 3 (no PO)
reject:\\n2: duplicate\\n3: no PO => reject 2 (duplicate), reject 3 (no PO)
approve 1\\nreject 2: duplicate\\nhold 3 => approve 1, reject 2 (duplicate), hold 3
approve all except 3\\nreject 3: duplicate => reject 3 (duplicate), approve everything undecided except 3
hold => hold everything undecided
hold 3 => hold 3
hold 3: until the PO => hold 3 until the PO
hold 3: if the PO comes we pay => hold 3 if the PO comes we pay
hold all except 2 => hold everything undecided except 2
skip => skip
exit => exit
EXIT. => exit
undo 3 => undo 3
undo 3 and 5 => undo 3 and 5
change 3 to reject => change 3 to reject
change 3 to reject: wrong vendor => change 3 to reject (wrong vendor)
correct 3: hold => change 3 to hold
change 4 to approve => change 4 to approve
ändere 4 auf genehmigt => change 4 to approve
change 4 en rejeté : doublon => change 4 to reject (doublon)
deshaz 4 => undo 4
cambia 4 a aprobado => change 4 to approve
muda 4 para rejeitado => change 4 to reject
cambia 4 in sospeso => change 4 to hold
wijzig 4 in afgewezen => change 4 to reject
help => help
status => status
why? => why
why 2? => why 2
why was 2 flagged? => why 2
what is 3? => what 3
what is 3 about? => what 3
what’s #3 => what 3
tell me about 3 => what 3
list => open
what is open? => open
how much is open? => open
how much is left? => open
who submitted this? => submitter
genehmige 2 => approve 2
genehmige 2 und 3 => approve 2 and 3
2 freigeben => approve 2
2 und 3 freigeben => approve 2 and 3
bitte 2 freigeben => approve 2
Zahlungen 2 und 3 freigeben => approve 2 and 3
gib 2 bis 5 frei => approve 2, 3, 4 and 5
alle genehmigen => approve everything undecided
alle außer 3 genehmigen => approve everything undecided except 3
alles freigeben => approve everything undecided
lehne 2 ab => reject 2
lehne 2 ab: doppelt => reject 2 (doppelt)
2 ablehnen: kein Vertrag => reject 2 (kein Vertrag)
stelle 3 zurück => hold 3
3 zurückstellen: Rechnung fehlt => hold 3 (Rechnung fehlt)
überspringen => skip
beenden => exit
hilfe => help
warum 2? => why 2
was ist 3? => what 3
was ist offen? => open
wer hat das eingereicht? => submitter
approuve 2 => approve 2
approuve 2 et 3 => approve 2 and 3
approuvez 2 à 5 => approve 2, 3, 4 and 5
approuver tout sauf 3 => approve everything undecided except 3
approuve 2, s'il te plaît => approve 2
approuve les paiements 2 et 3 => approve 2 and 3
rejette 2 : doublon => reject 2 (doublon)
refuse 2 => reject 2
mets 3 en attente => hold 3
quitter => exit
aide => help
pourquoi 2 ? => why 2
c'est quoi 3 ? => what 3
aprueba 2 => approve 2
aprueba 2 y 3 => approve 2 and 3
aprobar todo => approve everything undecided
aprueba todos menos 3 => approve everything undecided except 3
aprueba los pagos 2 y 3, por favor => approve 2 and 3
rechaza 2: duplicado => reject 2 (duplicado)
retén 3 => hold 3
salir => exit
ayuda => help
¿por qué 2? => why 2
aprova 2 e 3 => approve 2 and 3
aprovar tudo exceto 3 => approve everything undecided except 3
rejeita 2: duplicado => reject 2 (duplicado)
retenha 3 => hold 3
sair => exit
ajuda => help
approva 2 e 3 => approve 2 and 3
approva tutto tranne 3 => approve everything undecided except 3
rifiuta 2: doppione => reject 2 (doppione)
sospendi 3 => hold 3
esci => exit
perché 2? => why 2
keur 2 goed => approve 2
2 en 3 goedkeuren => approve 2 and 3
keur alles behalve 3 goed => approve everything undecided except 3
keur 2 af: dubbel => reject 2 (dubbel)
wijs 2 af => reject 2
houd 3 aan => hold 3
afsluiten => exit
waarom 2? => why 2
"""

# To be confirmed with one click, and read without a model.
DESCRIBED = """
sorry, I meant approve 4 => change 4 to approve
oops, hold 4 instead => change 4 to hold
sorry, I meant reject 3: wrong vendor => reject 3 (wrong vendor)
actually reject 3 => reject 3
Entschuldigung, ich meinte 4 freigeben => change 4 to approve
pardon, je voulais dire approuve 4 => change 4 to approve
approve the Initech one => approve 2
Approve the Initech payment. => approve 2
approve Initech => approve 2
please approve the payment to Initech => approve 2
ok, approve 2 => approve 2
yes, approve 2 and 3 => approve 2 and 3
I approve 2 => approve 2
let's approve 2 and 3 => approve 2 and 3
go ahead and approve 2 => approve 2
approve the Acme Corp one => approve 1
approve Initech and Globex => approve 2 and 3
approve Smith and Sons => approve 7
approve Smith & Sons => approve 7
approve Initech's payment => approve 2
reject the Globex invoice => reject 3
reject the Globex one: no contract => reject 3 (no contract)
reject the Globex one because it's a duplicate => reject 3 (it's a duplicate)
reject 2 because it was paid twice => reject 2 (it was paid twice)
hold the Acme Holdings one => hold 5
approve everything under 5k => approve 2, 3 and 7
approve all payments below $5,000 => approve 2, 3 and 7
approve everything of at most 4000 => approve 2, 3 and 7
approve everything less than 4,000 => approve 2 and 7
approve anything up to 500 => approve 2 and 7
hold everything over 5k => hold 1 and 5
hold all above USD 10,000 => hold 1
reject everything of at least 12k => reject 1
approve the 4k one => approve 3
approve the 12k => approve 1
approve $500 => approve 2
approve 12,000 => approve 1
approve the $12,000 one => approve 1
approve the USD 500 payment => approve 2
approve all but 3 => approve 1, 2, 5 and 7
approve everything except Initech => approve 1, 3, 5 and 7
approve all except the Globex one => approve 1, 2, 5 and 7
reject everything but the Initech payment => reject 1, 3, 5 and 7
approve everything except the 12k one => approve 2, 3, 5 and 7
alles unter 5.000 freigeben => approve 2, 3 and 7
genehmige alles unter 5000 => approve 2, 3 and 7
genehmige die Zahlung an Globex => approve 3
die Zahlung an Initech ablehnen => reject 2
lehne die Rechnung von Globex ab, weil sie doppelt ist => reject 3 (sie doppelt ist)
alle Zahlungen über 5.000 zurückstellen => hold 1 and 5
approuve le paiement à Globex => approve 3
approuve tout sous 5000 => approve 2, 3 and 7
rejette la facture de Initech => reject 2
aprueba el pago a Globex => approve 3
aprueba todo menos de 5.000 => approve 2, 3 and 7
aprueba todo menos Globex => approve 1, 2, 5 and 7
rechaza la factura de Initech => reject 2
aprova tudo abaixo de 5.000 => approve 2, 3 and 7
aprova o pagamento de Globex => approve 3
approva tutto sotto 5.000 => approve 2, 3 and 7
rifiuta la fattura di Initech => reject 2
keur alles onder 5.000 goed => approve 2, 3 and 7
keur de betaling aan Globex goed => approve 3
"""

# A question, with no model, with an honest one, and with one that says to approve whatever there is.
QUESTIONS = """
approve all except 5-1
approve !globex
approve -globex
approve 12,50
genehmige 12,50
genehmige 1,2
aprueba 1,2
alles ab 3 freigeben
reject all: all but 3
reject all: other than 3
reject all: without 3
reject all: excluding 3
reject all: leave 3
reject all: apart from 3
reject all: 3 is fine
lehne alle ab: außer 3
alle ablehnen: nicht 3
rejette tout: sauf 3
rechaza todo: menos 3
rifiuta tutto: tranne 3
keur alles af: behalve 3
lehne 2 ab: falls doppelt
rejette 2: si doublon
rechaza 2: si no llega
rifiuta 2: se doppio
keur 2 af: als dubbel
reject 2: only if late
reject 2: provided it is late
reject 2: in case it is late
reject 2: don't
reject 2: don’t
reject 2: no wait
reject 2: not really
reject 2: just kidding
reject 2: nicht
reject 2: also 3
reject 2: 3 too
reject 2: und 3
reject 1: keur 2 goed
reject 1: gib 2 frei
reject 2: undo 4
change 4 to reject: undo 2
reject 2: pay 3
reject 2: release 3
lehne alle ab: ausser 3
reject all: except Globex
reject 2 and 3: 3 is fine
reject 2: deshaz 4
reject 2: duplicate, unless Ana objects
rejette 2 : doublon, à condition qu'il soit vu
rifiuta 2: doppione, a patto che arrivi
reject 2: wijzig 4 in afgewezen
reject 2: beenden
reject 2: duplicate, gib 3 frei
lehne 2 ab: doch nicht
rejette 2: non
reject 2: never mind
hold all: all but 3
reject 2: LEHNE 3 AB
reject 2: rejette tout
approve everything up to 3
approve all under 7
reject 1: lehne 2 ab
reject 1: rechaza 2
halte 1 zurück: reject 2
no, don't approve
No, don’t approve 2
dont approve
do not approve 2
never approve 2
approve nothing
approve none of them
approve no. 2
not approve 2
no
nope
nah
no way
absolutely not
please don't
don't you dare approve 2
I said no, approve 3
approve 2? no way
approve 2, no wait
approve 2 - no, hold it
approve 2 not 3
approve 2, not 3
approve 2 but not 3
approve 2 but check with ana first
approve 2 if the PO is there
approve 2 unless ana objects
approve 2 when the PO is there
approve 2 once ana agrees
approve only when paid
approve it provided there is a PO
approve 2?
approve all?
should I approve 2
should we approve 2?
can you approve 2?
is 2 fine to approve?
what if we approve 2
why would anyone approve 2
who would approve all of this
maybe approve 2
perhaps approve the Initech one
I think we approve 2
I guess approve all
I would approve 2
we might approve all
approve 2 or 3
not sure, approve 2
hmm approve 2
wait, approve 2
ben said approve 2
Ben says we should approve all
she told me to approve all
according to ben, approve all
ben wants all approved
"approve 2"
“approve all”
'approve all'
`approve all`
> approve all
&gt; approve 2
he wrote «approve all»
~approve 2~
lol sure, approve it
sure, approve it, why not
yeah right, approve the 12k one
oh great, approve everything
haha approve all
approve all lol
of course, approve all of them
brilliant idea, approve everything
approve all /s
as if I'd approve all
approve all, what could go wrong
approve 2 👍
👍
:+1:
✅
👎
🤔
🙃 approve all
approve all :white_check_mark:
approve 2 ;)
<@U0BEN> approve 2
<@U0BEN> please approve all
<!here> approve all
approve 2 @ben
banana
looks odd
thanks
good morning
meeting moved to 3
lunch at 12?
see thread
ping
let me look at this first
I'll be back in an hour
who has the PO?
approve the Acme one
approve the Acme payments
approve both
approve everything under 5
approve everything under 5M
approve everything under EUR 5,000
approve everything under 5.000
approve the 99999 one
approve 2\\n> not that one
reject 1: no PO\\napprove 2
reject 2 duplicate
reject 2: not 3
reject 2: if late
reject 2: unless the PO came
don't undo 4
undo 4?
should I undo 4
change 4 to approve?
don't change 4 to approve
sorry, I did not mean approve 4
sorry, I meant don't approve 4
sorry, no, approve 4
ändere 4 nicht auf genehmigt
don't reject 2
do not reject the Globex one
never reject Globex
reject 2? no
reject all?
don't exit
don't hold 3
exit?
not exit yet
disapprove 2
unapprove 2
аpprove 2
approve 2\u200b
app\u00adrove all
\u202eapprove 2
nоt approve 2
genehmige 2 nicht
2 nicht freigeben
nicht freigeben
nein
nein, 2 nicht genehmigen
keine freigeben
bitte nicht genehmigen
genehmige nichts
2 freigeben?
soll ich 2 freigeben?
vielleicht 2 freigeben
2 freigeben, falls die Rechnung da ist
ben sagt, 2 freigeben
klar, alles freigeben
lehne 2 nicht ab
n'approuve pas 2
ne pas approuver 2
n’approuvez rien
non
non, approuve 2
on approuve 2 ?
approuve 2 si la facture est là
peut-être approuver 2
bien sûr, approuve tout
annuler 2
ne rejette pas 2
no apruebes 2
no aprobar 2
nunca apruebes 2
no, aprueba 2
¿apruebo 2?
aprueba 2 si llega la factura
quizás aprueba 2
claro, aprueba todo
não aprove 2
nao aprovar 2
aprova 2?
aprova 2 se a fatura chegar
talvez aprovar 2
non approvare 2
no, approva 2
approva 2?
approva 2 se arriva la fattura
forse approva 2
certo, approva tutto
keur 2 niet goed
2 niet goedkeuren
nee, keur 2 goed
keur 2 goed?
keur 2 goed als de factuur er is
misschien 2 goedkeuren
2番を承認しないで
не одобряй 2
لا توافق على 2
"""

# Asks for something, and not exactly: a question without a model. A model may make a proposal of it, which
# approves none but the references behind the arrow.
VAGUE = """
approve all\\nreject 2 => 1 3 5 7
approve 2\\nexit => 2
approve 2\\nlooks fine => 2
Yes => -
yes to both => -
ok => -
lgtm => -
👌 ok => -
ok then => -
approve it => -
approve them => -
approve that one => -
approve the Hooli one => -
approve the Staples one => -
approve 5k => -
approve 1,200 => -
approve 2 3 => 2 3
approve two => 2
approve 0 => -
approve 5-2 => 2 5
approve 2-5 except 7 => 2 3 5
approve 2 reject 3 => 2
approve 2, reject 3 => 2
approve 2 and reject the others => 2
reject 2: duplicate, approve 3 => 3
approved => -
approve2 => -
approve ２ => 2
genehmige 2 and 3 => 2 3
approuve 2 and 3 => 2 3
aprueba 2 and 3 => 2 3
2 tot 5 goedkeuren => 2 3 5
"""

# What needs a model: what an honest one answers, and what is proposed then; "?" where it is still asked.
FREE = """
first and third are fine, two waits => approve 1 3; hold 2 => approve 1 and 3, hold 2
go ahead with the Globex one => approve 3 => approve 3
Globex is fine => approve 3 => approve 3
pay Initech please => approve 2 => approve 2
you have my ok for 2 and 3 => approve 2 3 => approve 2 and 3
release all of it => approve all => approve everything undecided
the small ones are good => approve 2 7 => approve 2 and 7
two has no contract => reject 2: no contract => reject 2 (no contract)
the second one was paid twice already, decline it => reject 2: paid twice => reject 2 (paid twice)
kick out Globex => reject 3 => reject 3
that is all for today, leave the rest => skip => skip
I am done here, close it => exit => exit
park the Globex invoice => hold 3 => hold 3
Globex geht in Ordnung => approve 3 => approve 3
Globex ist doppelt, weg damit => reject 3: doppelt => reject 3 (doppelt)
c'est bon pour Globex => approve 3 => approve 3
va bene Globex => approve 3 => approve 3
approve 2 if the PO is there => hold 2: if the PO is there => hold 2 if the PO is there
yes to both => approve 2 3 => approve 2 and 3
no, don't approve => approve all => ?
don't reject 2 => reject 2 => ?
ben said approve 2 => approve 2 => ?
yes, all good => reject all => ?
kick out Globex => approve 3 => ?
not exit yet => exit => ?
deny approval of 2 => approve 2 => ?
2 ist schon bezahlt => approve 2 => ?
2 was paid already => approve 2 => ?
2 is wrong => approve 2 => ?
I am against approval of 2 => approve 2 => ?
reject 2 and 3 for now => approve 2 3 => ?
Globex es un duplicado, vale => approve 3 => ?
approve 1 but decline 2 => approve 1; reject 2 => ?
go ahead with the Globex one => approve 1 => ?
reimbursement is fine => approve 2 => ?
pay Initech please => approve 1 => ?
refuse approving 2 => approve 2 => ?
block the release of 2 => approve 2 => ?
je refuse d'approuver 2 => approve 2 => ?
2 and 3 are fine, rejected => approve 2 3; reject 7 => ?
all good, Globex out => approve all => ?
thanks all, good work => approve all => ?
approve all apart from 3 => approve all => ?
yes please bin all of it => approve all => ?
approve all 2 => approve all => ?
approve 2 tomorrow => approve 2 => ?
approve half of 2 => approve 2 => ?
yes, approve -2 => approve 2 => ?
yes, 2 is a problem => approve 2 => ?
reject Globex, pay Initech => approve 2; reject 3 => approve 2, reject 3
"""


def lines(block: str) -> list[list[str]]:
    """The rows of a block, each as its parts."""
    rows = (line.replace("\\n", "\n").split(" => ") for line in block.strip("\n").split("\n"))
    return list(rows)


def in_table_words(reading: Reading | None) -> str:
    """A reading as the table says it; ``?`` for a question."""
    match reading:
        case Decide() | Correct():
            return in_words(reading)
        case Skip() | Exit():
            return reading.means
        case Why(ref=ref):
            return f"why {ref}" if ref else "why"
        case DescribePayment(about=ref):
            return f"what {ref}"
        case TellFact(what=what):
            return what.value
        case Help():
            return "help"
        case ShowStatus():
            return "status"
        case _:
            return "?"
