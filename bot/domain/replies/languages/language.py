"""What the bot has to know of a language to read replies in it: words as data, and no rules.

A verb is a pattern with ``{}`` where the payments are named, since German and Dutch put part of it behind
them. A word stands in a language only where it has one meaning in it, and where no other language gives it
another one. Every word is in lower case and composed (NFC), and compared as a whole.
"""

from typing import NamedTuple

Words = tuple[str, ...]


class CommandWords(NamedTuple):
    """The words of the exact grammar.

    ``approve``, ``reject``, ``hold``, ``why`` and ``what`` are patterns. ``except_`` leaves payments out,
    ``to`` joins both ends of a range, ``nouns`` may stand before references. The others are whole replies.
    """

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


class CorrectionWords(NamedTuple):
    """The words for a decision made before.

    ``undo`` and ``change`` are patterns of the exact grammar; one of ``approved``, ``rejected`` or ``held``
    follows a change. ``sorry`` begins a free correction ("sorry, I meant reject 3").
    """

    undo: Words
    change: Words
    approved: Words
    rejected: Words
    held: Words
    sorry: Words


class DescriptionWords(NamedTuple):
    """What stands around a vendor's name or an amount.

    ``before`` may begin the reply. ``around`` and ``nouns`` say nothing about which payment is meant,
    ``many`` and ``all`` say that it may be several, ``both`` that it is two. ``but`` leaves payments
    out, as ``except_`` does. ``under`` to ``at_least`` compare with an amount; ``because`` begins a reason.
    """

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


class Language(NamedTuple):
    """All words of one language.

    ``point_groups_thousands`` is whether 5.000 is five thousand in it, instead of five.
    """

    name: str
    commands: CommandWords
    corrections: CorrectionWords
    descriptions: DescriptionWords
    point_groups_thousands: bool
