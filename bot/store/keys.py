"""Every key in Redis, its slot, and how long it lives.

Reviews are spread over ``SHARDS`` hash tags. All keys that one script touches share a tag, so that a
step is atomic on Redis Cluster too; the outbox of a shard stands beside its reviews for that reason.
"""

import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta

SHARDS = 32
PAST_SHARDS = 32
ROW_SHARDS = 256
FIND_SHARDS = 64

REVIEW_LIFE = timedelta(days=400)  # a financial year and the audit that follows it
PEOPLE_LIFE = timedelta(minutes=5)  # as long as a change may go unheard whose event was lost
NAMES_LIFE = timedelta(days=400)  # since anybody was asked about; as long as the reviews that name them
REQUEST_LIFE = timedelta(days=2)  # Slack redelivers for some minutes; a restored backup for longer
STAGED_LIFE = timedelta(hours=1)  # of the lines of a step that nobody took, after a crash between the two
DRAFT_LIFE = timedelta(days=7)
TABLE_LIFE = timedelta(days=3)  # a weekend; what was asked on Friday is answered on Monday
MAPPINGS_LIFE = timedelta(days=400)  # since the last file that was read by one; some come once a year
PAST_LIFE = timedelta(days=400)  # since the last payment; last year's price tells what is usual
UNREADABLE_LIFE = timedelta(days=90)  # since the last one; somebody looks into it, or nobody ever will
TOLD_LIFE = timedelta(days=8)  # what operators were told of a policy; older news is not told
HOME_LIFE = timedelta(days=30)  # since somebody opened Home last; longer, and it waits until they do again
DESK_LIFE = timedelta(hours=16)  # since somebody used it last; what they looked at yesterday is no news today
NOTICE_LIFE = timedelta(days=60)  # since the last; longer than any timer is due again
DIGEST_LIFE = timedelta(days=400)  # since the last; the same weeks of last year are still known
SPENT_LIFE = timedelta(days=7)  # a day's count is of no use after it, a review's after it is assessed

DRAWN_LIFE = timedelta(days=400)  # as a review's; without it all cards are drawn once more
ABSENCE_LIFE = timedelta(days=7)  # after the last day; whoever stood in is asked about it for some days

ABSENCE_CHANGES_LIFE = timedelta(days=1)  # since the first of those that are counted

ALARM_LIFE = timedelta(hours=1)  # for which operators are not told the same again

INSTALL_STATE_LIFE = timedelta(minutes=10)  # for which somebody may think on Slack's page about consenting
REFRESH_LIFE = timedelta(seconds=30)  # longer than a call to Slack is waited for

# What lives for ever, and why; every other key must carry a lifetime (a test looks).
FOR_EVER = {
    "audit": "the audit trail must not expire (law 8 in ARCHITECTURE.md)",
    "policy": "a trail names the policy that judged by its version alone; a few KB for each change of it",
    "policy_text": "the file behind a policy, with its comments; as the policy itself",
    "policy_history": "who put which policy into force, and when: a line for each change, never deleted",
    "absence_trail": "who was away and who stood in says by what right somebody approved; a line each time",
    "installations": "the bot of each workspace, encrypted; an entry goes when the bot is taken out of it",
    "workspace_settings": "channels that a workspace chose; they count when the bot is back in it",
    "open": "an index; an entry goes when its review is closed",
    "people_due": "an index; an entry goes when its person was told, or there is nothing to tell",
    "timers": "an index; an entry goes with its review's timer, when its review is closed at the latest",
    "outbox": "an entry goes when its job is done or given up",
    "dead": "an entry goes when somebody has the job tried again",
    "forgettings": "who is forgotten by whose order, by digest; without it one would get a second pseudonym",
    "legal_holds": "what may not be forgotten; somebody put it there, and somebody takes it away",
    "layout": "one number; without it nobody knows how to read all the rest",
}
LAYOUT_NUMBER = "cs:layout"
DEAD_LETTERS = "cs:dead"
UNREADABLE = "cs:unreadable"  # hash of entries that were set aside, by place and id
UNREADABLE_TOLD = "cs:unreadable:told"  # while it lives, the operators hear of no more of them
# One list: its last line is the policy in force, so that no two keys can disagree about it.
POLICY_HISTORY = "cs:policy_history"
INSTALLATIONS = "cs:{workspaces}:installations"  # hash of encrypted bots, by workspace or organisation
INSTALLS_BEGUN = "cs:{workspaces}:installs_begun"  # how many attempts to install the bot were begun of late


def shard_of(team: str, review: str) -> int:
    """The shard of a review, by CRC-16 of its full name."""
    return binascii.crc_hqx(f"{team}:{review}".encode(), 0) % SHARDS


def outbox(shard: int) -> str:
    """Stream of jobs that are to be done, each until it is."""
    return f"cs:{{{shard}}}:outbox"


def open_reviews(shard: int) -> str:
    """Sorted set of the shard's open reviews, by time of submission (epoch seconds)."""
    return f"cs:{{{shard}}}:open"


def timers(shard: int) -> str:
    """Sorted set of the shard's reviews to which something happens where nobody acts, by when (epoch s)."""
    return f"cs:{{{shard}}}:timers"


PEOPLE_DUE = "cs:{notices}:people_due"  # sorted set of "team user", by when to tell them (epoch seconds)


def notice(team: str, user: str) -> str:
    """Hash of what a person was told when of what waits for them."""
    return f"cs:{{notices}}:{team}:{user}:notice"


def notice_causes(team: str, user: str) -> str:
    """Set of what a person is, or was, to be told of, so that each cause counts once."""
    return f"cs:{{notices}}:{team}:{user}:notice_causes"


def digest(team: str) -> str:
    """Hash of when a workspace last read how its week went, and how fast the weeks before were."""
    return f"cs:{{digests}}:{team}:digest"


def thread(team: str, channel: str, ts: str) -> str:
    """Which review a Slack thread belongs to."""
    return f"cs:thread:{team}:{channel}:{ts}"


def question_thread(team: str, channel: str, ts: str) -> str:
    """Which question what is written in a thread under a direct message answers."""
    return f"cs:question:{team}:{channel}:{ts}"


@dataclass(frozen=True, slots=True)
class KnownKeys:
    """What Slack said of one person, channel or user group to an installation; all in one slot."""

    home: str
    name: str

    def _key(self, what: str) -> str:
        return f"cs:{{{self.home}:{self.name}}}:{what}"

    @property
    def person(self) -> str:
        """Who this is."""
        return self._key("person")

    @property
    def people(self) -> str:
        """Who is in it."""
        return self._key("people")

    @property
    def changed(self) -> str:
        """How often it has changed of late."""
        return self._key("changed")


def names(home: str) -> str:
    """Hash of what people call themselves, by Slack user id, in an installation."""
    return f"cs:names:{home}"


def time_zones(home: str) -> str:
    """Hash of the names of people's time zones, by Slack user id, in an installation."""
    return f"cs:time_zones:{home}"


def absences(team: str) -> str:
    """Hash of the absences that people of a workspace announced, by Slack user id."""
    return f"cs:{{absences:{team}}}:absences"


def absence_trail(team: str) -> str:
    """List of what people of a workspace said of their absences, chained as an audit trail is."""
    return f"cs:{{absences:{team}}}:absence_trail"


def absence_changes(team: str, user: str) -> str:
    """How often somebody has changed what they say of their absences, of late."""
    return f"cs:absence_changes:{team}:{user}"


def asked_status(team: str, user: str, fingerprint: str) -> str:
    """That somebody was asked about a status of theirs."""
    return f"cs:asked_status:{team}:{user}:{fingerprint}"


def forgettings(team: str) -> str:
    """Hash of the orders to forget somebody in a workspace, by a digest of who it is."""
    return f"cs:{{keeping {team}}}:forgettings"


def legal_holds(team: str) -> str:
    """Hash of what may not be forgotten in a workspace, by what it is."""
    return f"cs:{{keeping {team}}}:legal_holds"


def retained_to(team: str) -> str:
    """Up to which closing (epoch seconds) the closed reviews of a workspace were looked at by retention."""
    return f"cs:retained_to:{team}"


def drawn(team: str) -> str:
    """A name for the people and the policy by which the cards of a workspace were last drawn."""
    return f"cs:drawn:{team}"


def home(team: str, user: str) -> str:
    """That somebody has opened Home."""
    return f"cs:home:{team}:{user}"


def draft(team: str, draft_id: str) -> str:
    """A batch with bad rows, waiting for its submitter to say what to do."""
    return f"cs:draft:{team}:{draft_id}"


def file_submission(team: str, submission_id: str) -> str:
    """Files received and not yet read."""
    return f"cs:files:{team}:{submission_id}"


def asked_table(team: str, submission_id: str) -> str:
    """The table about which the sender of a submission was asked."""
    return f"cs:table:{team}:{submission_id}"


def asked_head(team: str, submission_id: str) -> str:
    """The first rows of a table about which the sender of a submission was asked, where it is a long one."""
    return f"cs:table_head:{team}:{submission_id}"


def mappings(team: str) -> str:
    """Hash of how files are read, by header, as somebody of the workspace said."""
    return f"cs:mappings:{team}"


def submissions(team: str, user: str) -> str:
    """Sorted set of what a person has handed in lately, by time (epoch seconds)."""
    return f"cs:submissions:{team}:{user}"


def past_payments(team: str, shard: int) -> str:
    """Hash of past payments by vendor and by card; those of one workspace share a slot."""
    return f"cs:{{past {team}}}:{shard}"


def known_vendors(team: str) -> str:
    """Hash of the vendors with an approved payment: how a name is compared, how it is written."""
    return f"cs:{{past {team}}}:vendors"


def past_extent(team: str) -> str:
    """Hash: how many payments were approved, and the days of the first and last; or that nobody can tell."""
    return f"cs:{{past {team}}}:extent"


def submitted_rows(team: str, span: int, shard: int) -> str:
    """Hash of the rows submitted in a span of days; those of one workspace share a slot."""
    return f"cs:{{rows {team}}}:{span}:{shard}"


def submitted_invoices(team: str, span: int, shard: int) -> str:
    """Hash of the invoices submitted in a span of days, by number and amount; in the slot of the rows."""
    return f"cs:{{rows {team}}}:invoices:{span}:{shard}"


@dataclass(frozen=True, slots=True)
class DeskKeys:
    """One person's own view of a review, or one decision about many payments that they prepare."""

    team: str
    name: str

    @property
    def view(self) -> str:
        """Hash: what is shown, and how often that was changed."""
        return f"cs:{{desk {self.team} {self.name}}}:view"

    @property
    def ticked(self) -> str:
        """Set of the references that are ticked."""
        return f"cs:{{desk {self.team} {self.name}}}:ticked"


def found_places(team: str, span: int, shard: int) -> str:
    """Hash of where payments stand by what they are found by; those of one workspace share a slot."""
    return f"cs:{{find {team}}}:{span}:{shard}"


def brought_reviews(team: str, user: str) -> str:
    """Sorted set of the reviews that a person brought payments to, by time of submission (epoch seconds)."""
    return f"cs:brought:{team}:{user}"


def closed_reviews(team: str) -> str:
    """Sorted set of the reviews of a workspace that were closed, by when (epoch seconds)."""
    return f"cs:closed:{team}"


def job_record(key: str) -> str:
    """How often a job was begun and failed."""
    return f"cs:job:{key}"


def spent(team: str, at: datetime) -> str:
    """How many tokens of a model a workspace has spent on a day (UTC)."""
    return f"cs:spent:{team}:{at:%Y-%m-%d}"


def alarm(team: str, name: str) -> str:
    """What operators were told of a workspace, by a name for it, so that they are not told at each event."""
    return f"cs:alarm:{team}:{name}"


def policy(version: str) -> str:
    """A policy as it judged, as long as a trail may name it: for ever."""
    return f"cs:policy:{version}"


def policy_text(version: str) -> str:
    """The text of the file that brought a policy, as it was when the policy was last brought."""
    return f"cs:policy_text:{version}"


def policy_news(name: str) -> str:
    """That the operators were told a piece of news about the policy, so that one process tells it."""
    return f"cs:policy_news:{name}"


def workspace_settings(home: str) -> str:
    """Hash of what a workspace or organisation set for itself, by name."""
    return f"cs:{{workspaces}}:{home}:workspace_settings"


def policy_history(home: str) -> str:
    """List of the policies that came into force for one workspace or organisation alone."""
    return f"cs:{{workspaces}}:{home}:policy_history"


def token_refresh(home: str) -> str:
    """That a process is refreshing the token of a workspace or organisation."""
    return f"cs:{{workspaces}}:{home}:token_refresh"


def install_state(state: str) -> str:
    """That somebody was sent to Slack to consent, and may come back once."""
    return f"cs:install_state:{state}"


@dataclass(frozen=True, slots=True)
class ReviewKeys:
    """The keys of one review; all in one slot."""

    team: str
    review: str

    def _key(self, name: str) -> str:
        return f"cs:{{{shard_of(self.team, self.review)}}}:{self.team}:{self.review}:{name}"

    @property
    def state(self) -> str:
        """Hash of the fields of ``ReviewState``."""
        return self._key("state")

    @property
    def judgements(self) -> str:
        """Hash: reference of a flagged payment to the place of its findings in the audit trail, from 0."""
        return self._key("judgements")

    @property
    def decisions(self) -> str:
        """Hash: reference of a decided payment to the place of its decision in the audit trail, from 0."""
        return self._key("decisions")

    @property
    def remarks(self) -> str:
        """Hash: reference to places in the audit trail, from 0, as ``12,15``.

        These are the places of remarks on a payment, of its corrections, and of its withdrawal.
        """
        return self._key("remarks")

    @property
    def withdrawn(self) -> str:
        """Set of the references of payments that were withdrawn."""
        return self._key("withdrawn")

    @property
    def holds(self) -> str:
        """Set of the references of payments that are on hold."""
        return self._key("holds")

    @property
    def turns(self) -> str:
        """List of the conversation's turns."""
        return self._key("turns")

    @property
    def audit(self) -> str:
        """List of the audit trail's lines; lives for ever."""
        return self._key("audit")

    def staged(self, stamp: str) -> str:
        """List of the lines of a new trail, until the step takes them that is named by this stamp."""
        return self._key(f"staged:{stamp}")

    @property
    def messages(self) -> str:
        """Hash of what stands in Slack for the review."""
        return self._key("messages")

    @property
    def spent(self) -> str:
        """How many tokens of a model the review has cost, with what its calls in flight may cost."""
        return self._key("spent")

    @property
    def ranking(self) -> str:
        """List: the flagged payments in the card's order, with why; there from when all are judged."""
        return self._key("ranking")

    @property
    def refused(self) -> str:
        """Hash: when the trail has last told of a person's refused attempts, in epoch seconds."""
        return self._key("refused")

    @property
    def refusals(self) -> str:
        """Hash: how many attempts were refused since, by ``PERSON OUTCOME``; of these no entry tells yet."""
        return self._key("refusals")

    @property
    def outbox(self) -> str:
        """The outbox of the review's shard."""
        return outbox(shard_of(self.team, self.review))

    @property
    def timers(self) -> str:
        """The timers of the review's shard."""
        return timers(shard_of(self.team, self.review))

    @property
    def open(self) -> str:
        """The open reviews of the review's shard."""
        return open_reviews(shard_of(self.team, self.review))

    def request(self, request: str) -> str:
        """A request that has done its work, so that it is not done twice."""
        return self._key(f"request:{request}")
