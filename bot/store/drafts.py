"""What was handed in and is not yet a review: drafts with bad rows, and files that nobody has read yet."""

from functools import partial

from redis.asyncio import Redis

from bot.domain.submission import Draft, FileSubmission
from bot.store import keys
from bot.store.keys import DRAFT_LIFE, TABLE_LIFE
from bot.store.off_loop import computed
from bot.store.scripts.replace_files import ReplaceFilesScript


class DraftStore:
    """Drafts and file submissions, each under a key of its own, for a week."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._replace = ReplaceFilesScript(redis)

    async def keep(self, draft: Draft) -> None:
        """Keep a batch with bad rows until its submitter says what to do with it."""
        rows = len(draft.transactions) + len(draft.problems)
        text = await computed(rows, draft.model_dump_json)
        await self._redis.set(keys.draft(draft.origin.team, draft.id), text, ex=DRAFT_LIFE)

    async def draft(self, team: str, draft_id: str) -> Draft | None:
        """A draft, or ``None`` where there is none any more."""
        text = await self._redis.get(keys.draft(team, draft_id))
        if text is None:
            return None
        return await computed(len(text) // 200, partial(Draft.model_validate_json, text))

    async def keep_files(self, submission: FileSubmission) -> FileSubmission:
        """Keep who sent which files, unless it is known: Slack may hand files over more than once.

        Answers what is kept.
        """
        key = keys.file_submission(submission.origin.team, submission.id)
        await self._redis.set(key, submission.model_dump_json(), ex=DRAFT_LIFE, nx=True)
        return await self.files(submission.origin.team, submission.id) or submission

    async def finish_files(self, submission: FileSubmission) -> None:
        """Note that the sender has heard of them; the same files, handed over again, are no news then."""
        key = keys.file_submission(submission.origin.team, submission.id)
        # Whatever changed meanwhile, this is the end of it.
        done = submission.model_copy(update={"done": True, "version": submission.version + 1})
        await self._redis.set(key, done.model_dump_json(), ex=DRAFT_LIFE)

    async def keep_question(
        self, submission: FileSubmission, table: str, head: str = ""
    ) -> FileSubmission | None:
        """Keep what the sender is asked about a submission, and the table in question, packed as a text.

        ``head`` are the first rows of a long table, packed too: they are read while somebody waits. Answers
        what is kept, or ``None`` where the submission was changed since it was read.
        """
        team, name = submission.origin.team, submission.id
        if head:
            await self._redis.set(keys.asked_head(team, name), head, ex=TABLE_LIFE)
        else:
            await self._redis.delete(keys.asked_head(team, name))
        await self._redis.set(keys.asked_table(team, name), table, ex=TABLE_LIFE)
        return await self._change(submission)

    async def keep_answer(self, submission: FileSubmission) -> FileSubmission | None:
        """Keep what the sender answered; the table that was asked about is read anew, and so is not kept.

        Answers what is kept, or ``None`` where the submission was changed since it was read.
        """
        kept = await self._change(submission)
        if kept:
            for key in (keys.asked_table, keys.asked_head):
                await self._redis.delete(key(submission.origin.team, submission.id))
        return kept

    async def _change(self, submission: FileSubmission) -> FileSubmission | None:
        changed = submission.model_copy(update={"version": submission.version + 1})
        key = keys.file_submission(submission.origin.team, submission.id)
        stored = await self._replace(key, submission.version, changed.model_dump_json())
        return changed if stored else None

    async def table(self, team: str, submission_id: str, *, whole: bool = True) -> str | None:
        """The table about which the sender was asked, packed; ``None`` where it is gone.

        Of a long table that is not asked for as a ``whole``, its first rows.
        """
        if not whole and (head := await self._redis.get(keys.asked_head(team, submission_id))):
            return str(head)
        table = await self._redis.get(keys.asked_table(team, submission_id))
        return None if table is None else str(table)

    async def files(self, team: str, submission_id: str) -> FileSubmission | None:
        """Files that were handed in, or ``None`` where nothing is known of them any more."""
        text = await self._redis.get(keys.file_submission(team, submission_id))
        return None if text is None else FileSubmission.model_validate_json(text)
