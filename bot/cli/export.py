"""``countersign export``: the payments of a review as a CSV or XLSX file."""

import sys
from pathlib import Path

from bot.cli.failures import CommandError
from bot.cli.stores import configured_stores, names_of, read_review_id, team_of_review
from bot.domain import text as wording
from bot.domain.review.reviewed_transaction import ReviewedTransaction
from bot.domain.review.state import ReviewState
from bot.export import ExportedState, FileFormat, export_file, people_named


async def export_review(
    review: str, which: str, form: str, output: Path | None, team: str | None, data: Path | None
) -> None:
    """Write the payments of a review that are ``which`` to ``output``, or print them where it is ``None``.

    Their number and sums are said on stderr. Raises ``CommandError`` where there is no such review, state or
    format, where a workbook was to be printed, and where the file cannot be written.
    """
    state_wanted, file_format = _chosen(which, form)
    if file_format is FileFormat.XLSX and output is None:
        raise CommandError("A workbook is not printed; say where to write it: --output FILE.")
    review_id = read_review_id(review)
    async with configured_stores(data) as stores:
        of_team = await team_of_review(stores, review_id, team)
        state: ReviewState | None = None
        entries: list[ReviewedTransaction] = []
        async for portion in stores.reviews.portions(of_team, review_id):
            state = portion.state
            entries += [entry for entry in portion.entries.values() if state_wanted.covers(entry)]
        if state is None:
            raise CommandError(
                f"{review_id} has expired; countersign audit export {review_id} has its trail."
            )
        names = await names_of(stores, of_team, people_named(entries))
        file = export_file(state, entries, state_wanted, file_format, names)
    if output is None:
        sys.stdout.write(file.content.decode())
    else:
        _write(output, file.content)
    said = f"{wording.plural(file.count, 'payment')}, {wording.totals_in_words(file.sums)}"
    print(f"{review_id}, {which}: {said}", file=sys.stderr)


def _chosen(which: str, form: str) -> tuple[ExportedState, FileFormat]:
    if which not in list(ExportedState):
        raise CommandError(f"{which!r} is none of {', '.join(ExportedState)}.")
    if form not in list(FileFormat):
        raise CommandError(f"{form!r} is neither csv nor xlsx.")
    return ExportedState(which), FileFormat(form)


def _write(output: Path, content: bytes) -> None:
    try:
        output.write_bytes(content)
    except OSError as error:
        raise CommandError(f"{output} cannot be written: {error.strerror}.") from None
