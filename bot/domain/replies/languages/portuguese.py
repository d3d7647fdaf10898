"""The words of a reply in Portuguese."""

from bot.domain.replies.languages.language import CommandWords, CorrectionWords, DescriptionWords, Language

PORTUGUESE = Language(
    name="Portuguese",
    commands=CommandWords(
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
    ),
    corrections=CorrectionWords(
        undo=("desfaz {}", "desfazer {}"),
        change=("muda {} para", "mude {} para"),
        approved=("aprovado",),
        rejected=("rejeitado",),
        held=("retido",),
        sorry=("desculpe", "desculpa", "quis dizer"),
    ),
    descriptions=DescriptionWords(
        before=("ok", "sim", "sim,"),
        around=("o", "a", "os", "as", "de", "do", "da", "para", "fatura"),
        many=("pagamentos", "faturas"),
        both=("ambos", "ambas", "os dois"),
        but=(),
        under=("menos de", "abaixo de", "menores que", "inferiores a"),
        at_most=("no máximo", "até"),
        over=("mais de", "acima de", "maiores que", "superiores a"),
        at_least=("pelo menos",),
        because=("porque", "pois"),
    ),
    point_groups_thousands=True,
)
