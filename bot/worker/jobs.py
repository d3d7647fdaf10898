"""What the jobs do: a body for each, of the use cases that people ask for and of some of their own."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.application.answer import AnswerReplies
from bot.application.ask_away import AskAboutStatus, StatusQuestions
from bot.application.assess import AssessReview
from bot.application.deliver_questions import DeliverQuestions
from bot.application.digest import PostDigests
from bot.application.download import DeliverDownload
from bot.application.evidence import KeepEvidence
from bot.application.index import IndexReviews
from bot.application.judging import Judging
from bot.application.learn import LearnOutcomes
from bot.application.ports import Publisher, QuestionPublisher, Sanctions
from bot.application.retain import ForgetTexts
from bot.application.steps import ReviewSteps
from bot.application.take_in import TakeInFiles
from bot.application.tell import NoticePublisher, TellPeople
from bot.application.use_cases import UseCases
from bot.llm import CallLimit, ChatModel
from bot.store import Stores

ReviewJob = Callable[[str, str], Awaitable[None]]
"""The body of a job about one review: workspace and id."""


PersonJob = Callable[[str, str], Awaitable[None]]
"""The body of a job about one person: workspace and Slack user id."""


TeamJob = Callable[[str], Awaitable[None]]
"""The body of a job about one workspace."""


@dataclass(frozen=True, slots=True)
class Jobs:
    """The bodies of all jobs; every job may run twice (law 6 in ARCHITECTURE.md)."""

    assess: ReviewJob
    learn: ReviewJob
    answer: ReviewJob
    ask: ReviewJob
    evidence: ReviewJob
    remind: ReviewJob
    tell_added: ReviewJob
    tell: PersonJob
    ask_away: PersonJob
    digest: TeamJob
    redraw: TeamJob
    forget: TeamJob
    files: TakeInFiles
    download: DeliverDownload


def jobs_over(
    stores: Stores,
    *,
    steps: ReviewSteps,
    use_cases: UseCases,
    publisher: Publisher,
    questions: QuestionPublisher,
    reminders: NoticePublisher,
    digests: PostDigests,
    statuses: StatusQuestions,
    sanctions: Sanctions,
    model: ChatModel | None,
    model_calls: int,
) -> Jobs:
    """The jobs over these stores; ``model_calls`` are those that a process makes of the model at once."""
    policy, now = use_cases.policy, use_cases.now
    call_limit = CallLimit(model_calls)
    index = IndexReviews(stores.payment_index, stores.review_lists)
    ask_away = AskAboutStatus(
        questions=statuses,
        asked=stores.asked_statuses,
        absences=use_cases.absences,
        access=use_cases.access,
        policy=policy,
        now=now,
    ).ask
    return Jobs(
        assess=AssessReview(
            steps=steps,
            reviews=stores.reviews,
            judging=Judging(
                policies=stores.policies,
                history=stores.history,
                rows=stores.submitted_rows,
                budgets=stores.budgets,
                policy=policy,
                model=model,
                call_limit=call_limit,
                now=now,
            ),
            index=index,
            access=use_cases.access,
            sanctions=sanctions,
            call_limit=call_limit,
            now=now,
        ).assess,
        learn=LearnOutcomes(
            reviews=stores.reviews, history=stores.history, rows=stores.submitted_rows, index=index, now=now
        ).learn,
        answer=AnswerReplies(
            steps=steps,
            reviews=stores.reviews,
            budgets=stores.budgets,
            access=use_cases.access,
            policy=policy,
            model=model,
            now=now,
        ).answer,
        ask=DeliverQuestions(
            steps=steps,
            reviews=stores.reviews,
            questions=stores.questions,
            remarks=use_cases.remarks,
            access=use_cases.access,
            publisher=questions,
            now=now,
        ).deliver,
        evidence=KeepEvidence(steps=steps, reviews=stores.reviews, publisher=publisher, now=now).keep,
        remind=use_cases.remind.remind,
        tell_added=use_cases.adding.tell_added,
        tell=TellPeople(
            notices=stores.notices,
            overview=use_cases.overview,
            access=use_cases.access,
            publisher=reminders,
            ask_away=ask_away,
            policy=policy,
            now=now,
        ).tell,
        ask_away=ask_away,
        digest=digests.post,
        redraw=use_cases.redraw.redraw,
        forget=ForgetTexts(stores=stores, policy=policy, now=now).forget,
        files=TakeInFiles(
            submit=use_cases.submit,
            columns=use_cases.columns,
            drafts=stores.drafts,
            policy=policy,
            publisher=publisher,
        ),
        download=DeliverDownload(
            look=use_cases.look, reviews=stores.reviews, names=stores.names, publisher=publisher
        ),
    )
