"""The words of a reply in Spanish."""

from bot.domain.replies.languages.language import CommandWords, CorrectionWords, DescriptionWords, Language

SPANISH = Language(
    name="Spanish",
    commands=CommandWords(
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
    ),
    corrections=CorrectionWords(
        undo=("deshaz {}", "deshacer {}"),
        change=("cambia {} a",),
        approved=("aprobado",),
        rejected=("rechazado",),
        held=("retenido",),
        sorry=("perdón", "perdon", "quise decir"),
    ),
    descriptions=DescriptionWords(
        before=("ok", "vale", "vale,"),
        around=("el", "la", "los", "las", "de", "del", "a", "para", "factura"),
        many=("pagos", "facturas"),
        both=("ambos", "ambas", "los dos"),
        but=(),
        under=("menos de", "por debajo de", "menores de", "inferiores a", "menor que"),
        at_most=("como máximo", "hasta"),
        over=("más de", "mas de", "por encima de", "mayores de", "superiores a", "mayor que"),
        at_least=("al menos", "por lo menos"),
        because=("porque", "ya que"),
    ),
    point_groups_thousands=True,
)
