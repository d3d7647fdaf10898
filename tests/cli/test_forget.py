"""``countersign forget`` and ``countersign legal-hold``, as whoever got the request meets them."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.domain.audit.entry import AuditEntry
from bot.domain.policy import default_policy
from bot.domain.routing import Absence
from bot.intake import read_text
from bot.store import AbsenceStore, AppliedPolicy, connect
from bot.store.copies import Copies
from bot.store.policy_history import THAT_OF_ALL
from tests.cli.test_command_line import one_sentence
from tests.conftest import every_key_has_its_lifetime
from tests.processes import answered
from tests.store.audited import origin, served, service_on, show
from tests.store.servers import cluster_of_three
from tests.store.test_forgetting import TYPED, all_text, talked_about
from tests.wired import TEAM, Wired

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
BY = ("--by", "U_DPO", "--reason", "asked us to, case 17")


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[tuple[Wired, Redis, dict[str, str]]]:
    async with served(tmp_path) as (service, redis):
        yield service, redis, {"REDIS_URL": f"unix://{tmp_path}/redis.sock"}
        await every_key_has_its_lifetime(f"unix://{tmp_path}/redis.sock")


Office = tuple[Wired, Redis, dict[str, str]]


async def known_everywhere(service: Wired, redis: Redis, user: str) -> None:
    """Somebody who stands wherever somebody can stand beside reviews."""
    stores = service.stores
    await stores.names.keep(TEAM, user, "Benno Zwerg")
    await stores.names.keep_time_zone(TEAM, user, "Europe/Berlin")
    await stores.notices.ask(TEAM, user, "a review", AT)
    await stores.review_lists.note_brought(TEAM, "R-00000", [user], AT)
    day = date(2026, 11, 23)
    absences = AbsenceStore(redis)
    for person, stand_in in ((user, "U_CHI"), ("U_CHI", user)):
        absence = Absence(person=person, first=day, last=day, stand_in=stand_in, recorded_at=AT)
        detail = absence.model_dump(mode="json", exclude={"person", "recorded_at"})
        away = AuditEntry(event="away", actor=person, at=AT, detail=detail)
        await absences.change(TEAM, person, lambda _, of=absence, told=away: ((of,), told))  # type: ignore[misc]


async def test_a_person_is_gone_from_all_that_is_stored_and_the_trails_say_by_whose_order(
    tmp_path: Path, office: Office
) -> None:
    service, redis, env = office
    keys = await talked_about(service)
    await service.learn(keys.review)
    await known_everywhere(service, redis, "U_BEN")
    planned = await answered(tmp_path, "forget", "U_BEN", **env)
    assert planned.code == 0
    assert planned.out.startswith("Benno Zwerg, U_BEN: 1 review, ")
    assert planned.out.endswith("Nothing was changed. To forget it all, for good, say --yes.\n")
    assert "U_BEN" in await all_text(redis, keys)
    done = await answered(tmp_path, "forget", "U_BEN", "--yes", *BY, **env)
    assert (done.code, done.err) == (0, "")
    assert planned.out.splitlines()[0].split(": ", 1)[1] in done.out
    assert "Nothing that is stored names it any more." in done.out
    assert f"{keys.review}: https://app.slack.com/client/T1/C1/thread/C1-1.2" in done.out
    everything = repr([record async for record in Copies(redis).records()])
    assert "U_BEN" not in everything
    assert "Zwerg" not in everything
    verified = await answered(tmp_path, "audit", "verify", **env)
    assert verified.code == 0
    assert f"{keys.review} (T1): " in verified.out
    assert "(person, now forgotten-1)" in verified.out
    assert "absences (T1): 2 of its entries have lost words" in verified.out
    assert "by order of U_DPO: asked us to, case 17" in verified.out
    await show(service, TEAM, keys.review)
    assert (await answered(tmp_path, "doctor", "--audit", **env)).out == "1 reviews, 0 problems\n"
    assert (await answered(tmp_path, "show", keys.review, **env)).code == 0
    again = await answered(tmp_path, "forget", "U_BEN", "--yes", *BY, **env)
    assert "forgotten-1 stands there now: 0 reviews" in again.out


async def bring(service: Wired, home: str = "", *approvers: str, number: int = 1) -> None:
    """Bring a policy with these approvers for all workspaces, or for one; without any, that of all again."""
    policy = default_policy().model_copy(update={"approvers": approvers})
    await service.stores.policies.bring(policy, f"approvers = {list(approvers)}")
    history = service.stores.policy_history
    history = history.of_workspace(home) if home else history
    version = policy.version if approvers else THAT_OF_ALL
    applied = AppliedPolicy(number=number, version=version, brought_by="x", brought_from="y", at=AT)
    assert await history.put_in_force(applied, await history.newest())


async def test_who_the_policy_in_force_names_is_not_forgotten(tmp_path: Path, office: Office) -> None:
    service, redis, env = office
    keys = await talked_about(service)
    command = ("forget", "U_BEN", "--yes", *BY)
    await bring(service, "", "U_BEN")
    one_sentence(await answered(tmp_path, *command, **env), "The policy in force names U_BEN")
    await bring(service, TEAM, "U_CHI")
    await bring(service, TEAM, number=2)  # it goes by the policy of all again
    one_sentence(await answered(tmp_path, *command, **env), "The policy in force names U_BEN")
    await bring(service, "", "U_CHI", number=2)
    await bring(service, TEAM, "U_BEN", number=3)
    one_sentence(await answered(tmp_path, *command, **env), "The policy in force names U_BEN")
    assert "U_BEN" in await all_text(redis, keys)
    await bring(service, TEAM, "U_CHI", number=4)
    assert (await answered(tmp_path, *command, **env)).code == 0
    assert "U_BEN" not in await all_text(redis, keys)


async def test_nothing_that_another_workspace_knows_of_the_person_goes(
    tmp_path: Path, office: Office
) -> None:
    service, redis, env = office
    await talked_about(service)
    names = service.stores.names
    for team in (TEAM, "T2"):
        await names.keep(team, "U_BEN", "Benno Zwerg")
        await names.keep_time_zone(team, "U_BEN", "Europe/Berlin")
        await service.stores.notices.ask(team, "U_BEN", "a review", AT)
        await service.stores.homes.note(team, "U_BEN")
    before = await of_team(redis, "T2")
    assert (await answered(tmp_path, "forget", "U_BEN", "--team", TEAM, "--yes", *BY, **env)).code == 0
    assert (await names.of(TEAM, ["U_BEN"]), await names.time_zone(TEAM, "U_BEN")) == ({}, "")
    assert before == await of_team(redis, "T2") != {}


async def of_team(redis: Redis, team: str) -> dict[str, str]:
    """Every key that names a workspace, with a hash of what is in it."""
    content = redis.register_script("return redis.sha1hex(redis.call('DUMP', KEYS[1]))")
    found = [str(key) async for key in redis.scan_iter(match=f"cs:*{team}*")]
    return {key: str(await content(keys=[key])) for key in found}


async def test_what_stays_is_said(tmp_path: Path, office: Office) -> None:
    service, redis, env = office
    await talked_about(service)
    await redis.set("cs:policy:abc", '{"approvers": ["U_BEN"]}')
    keys = [key async for key in redis.scan_iter(match="cs:*:audit")]
    await redis.set(str(keys[0]).replace(":audit", ":request:click:1"), "U_BEN", ex=60)
    done = await answered(tmp_path, "forget", "U_BEN", "--yes", *BY, **env)
    assert "left: policy (1)\nleft: request (1)\n" in done.out
    assert "Nothing that is stored" not in done.out


async def test_an_open_review_and_a_legal_hold_stop_it(tmp_path: Path, office: Office) -> None:
    service, redis, env = office
    keys = await talked_about(service)
    reason = ("--reason", "case 9")
    for held in (("U_BEN",), (keys.review.lower(),), ("U_EVA",), ("--vendor", "ROSA LUXNER design")):
        added = await answered(tmp_path, "legal-hold", "add", *held, "--by", "U_LAW", *reason, **env)
        assert (added.code, added.err) == (0, "")
        one_sentence(await answered(tmp_path, "legal-hold", "add", *held, *reason, **env), "on hold already")
        one_sentence(await answered(tmp_path, "forget", "U_BEN", "--yes", **env), "U_LAW", "case 9")
        assert "U_BEN" in await all_text(redis, keys)
        ended = await answered(tmp_path, "legal-hold", "end", *held, "--by", "U_LAW", **env)
        assert ended.code == 0
        one_sentence(await answered(tmp_path, "legal-hold", "end", *held, **env), "is not on hold")
    listed = await answered(tmp_path, "legal-hold", "list", **env)
    assert listed.out.count("case 9, ended by U_LAW") == 4
    assert len(json.loads((await answered(tmp_path, "legal-hold", "list", "--json", **env)).out)) == 4
    other = await talked_about(service, "two", closed=False)
    one_sentence(await answered(tmp_path, "forget", "U_BEN", "--yes", **env), f"{other.review} is open")
    assert "U_BEN" in await all_text(redis, keys)


async def test_who_is_meant_must_be_clear(tmp_path: Path, office: Office) -> None:
    service, _, env = office
    await talked_about(service)
    one_sentence(await answered(tmp_path, "forget", **env), "Say who is to be forgotten")
    one_sentence(await answered(tmp_path, "forget", "ben", **env), "'ben' is no Slack user id")
    one_sentence(await answered(tmp_path, "forget", "USD", "--yes", **env), "USD is a currency")
    one_sentence(await answered(tmp_path, "legal-hold", "add", "ben", "--reason", "x", **env), "neither")


async def test_it_is_the_same_on_a_cluster(tmp_path: Path) -> None:
    async with cluster_of_three(tmp_path / "nodes") as nodes:
        url = nodes[0].url.replace("redis", "redis+cluster", 1)
        redis = connect(url)
        service = service_on(redis)
        await talked_about(service)
        await known_everywhere(service, redis, "U_BEN")
        done = await answered(tmp_path, "forget", "U_BEN", "--yes", *BY, REDIS_URL=url)
        assert "Nothing that is stored names it any more." in done.out
        assert (await answered(tmp_path, "audit", "verify", REDIS_URL=url)).code == 0
        await redis.aclose()


async def test_a_vendor_is_gone_and_what_is_paid_to_it_later_waits_for_people(
    tmp_path: Path, office: Office
) -> None:
    service, redis, env = office
    keys = await talked_about(service)
    await service.learn(keys.review)
    name = "rosa luxner, Design"
    places = await service.stores.payment_index.find(TEAM, ["word luxner"], datetime.now(UTC))
    assert list(places["word luxner"]) == [keys.review]
    planned = await answered(tmp_path, "forget", "--vendor", name, **env)
    assert planned.out.startswith(
        "ROSA LUXNER DESIGN Ltd, Rosa Luxner Design, rosa luxner, Design: 1 review, "
    )
    assert "2 payments, " in planned.out
    assert len(await service.stores.history.to(TEAM, name)) == 2
    done = await answered(tmp_path, "forget", "--vendor", name, "--yes", *BY, **env)
    assert (done.code, done.err) == (0, "")
    assert "Nothing that is stored names it any more." in done.out
    everything = repr([record async for record in Copies(redis).records()]).casefold()
    assert "luxner" not in everything
    assert "de89 3704" not in everything
    places = await service.stores.payment_index.find(TEAM, ["word luxner", "word acme"], datetime.now(UTC))
    assert (places["word luxner"], list(places["word acme"])) == ({}, [keys.review])
    assert await service.stores.history.to(TEAM, name) == []
    assert len(await service.stores.history.to(TEAM, "Acme Corp")) == 1
    assert (await answered(tmp_path, "audit", "verify", **env)).code == 0
    await service.learn(keys.review)  # a job that was held up
    assert await service.stores.history.to(TEAM, "forgotten-1") == []

    typed = "1. $12 to Rosa Luxner Design. Memo: a stamp\n2. $12 to Acme Corp. Memo: ink"
    later = await service.offer(origin("later"), read_text(typed, currency="USD"))
    await service.assess(later.id)
    review = await service.reviews.load_whole(TEAM, later.id)
    assert review is not None
    found = {ref: entry.judgement and entry.judgement.findings for ref, entry in review.entries.items()}
    assert [finding.evidence[:49] for finding in found[1] or ()] == [
        "what was paid to this vendor before was forgotten"
    ]
    assert found[2] == ()


async def test_the_same_row_of_a_forgotten_vendor_is_still_known(tmp_path: Path, office: Office) -> None:
    service, _, env = office
    await talked_about(service)
    await answered(tmp_path, "forget", "--vendor", "Rosa Luxner Design", "--yes", *BY, **env)
    again = await service.offer(origin("again"), read_text(TYPED, currency="USD"))
    assert again.known  # type: ignore[union-attr]


async def test_after_a_restore_the_orders_given_since_the_backup_are_carried_out_again(
    tmp_path: Path, office: Office
) -> None:
    service, redis, env = office
    keys = await talked_about(service)
    await service.learn(keys.review)
    await service.stores.layout.begin()
    assert (await answered(tmp_path, "backup", "before.backup", **env)).code == 0
    for who in (("U_BEN",), ("--vendor", "Rosa Luxner Design"), ("U_EVA",)):
        assert (await answered(tmp_path, "forget", *who, "--yes", *BY, **env)).code == 0
    listed = await answered(tmp_path, "forget", "--orders", **env)
    assert [json.loads(line)["pseudonym"] for line in listed.out.splitlines()] == [
        "forgotten-1",
        "forgotten-2",
        "forgotten-3",
    ]
    assert "U_BEN" not in listed.out
    (tmp_path / "orders.jsonl").write_text(listed.out)
    was = await all_text(redis, keys)
    await redis.flushall()
    assert (await answered(tmp_path, "restore", "before.backup", **env)).code == 0
    assert "U_BEN" in await all_text(redis, keys)
    planned = await answered(tmp_path, "forget", "--again", "orders.jsonl", **env)
    assert planned.out.count("Nothing was changed.") == 3
    done = await answered(tmp_path, "forget", "--again", "orders.jsonl", "--yes", **env)
    assert (done.code, done.err) == (0, "")
    assert done.out.count("Nothing that is stored names it any more.") == 3
    left = await all_text(redis, keys)
    for gone in ("U_BEN", "U_EVA", "Luxner"):
        assert gone not in left
    for pseudonym in ("forgotten-1", "forgotten-2", "forgotten-3"):
        assert pseudonym in was
        assert pseudonym in left
    assert (await answered(tmp_path, "audit", "verify", **env)).code == 0
    later = await answered(tmp_path, "forget", "U_ANA", "--yes", *BY, **env)
    assert later.out.startswith("forgotten-4 stands there now")
    (tmp_path / "orders.jsonl").write_text("no list")
    one_sentence(await answered(tmp_path, "forget", "--again", "orders.jsonl", **env), "is no list")
