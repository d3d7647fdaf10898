"""Who can get at Redis: the doctor asks, and the user that the guide proposes is enough and no more."""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import NoPermissionError

from bot.config.redis_address import read_address
from bot.store.topology.access import check_access, transport
from bot.store.topology.embedded import die_with_parent, embedded_server, server_binary
from tests.office import SEED, open_office
from tests.processes import answered
from tests.store.servers import cluster_of_three, eventually, free_port, one_server

ROOT = Path(__file__).parents[3]
VALKEY = ROOT / "deploy/valkey"
SECRET = "correct9horse8battery7staple6correct5"


@pytest.mark.parametrize(
    ("url", "fine", "words"),
    [
        ("redis://127.0.0.1:6379", True, "inside this machine"),
        ("redis://[::1]:6379", True, "inside this machine"),
        ("redis+cluster://localhost:6379", True, "inside this machine"),
        ("redis://:secret@10.0.0.5:6379", False, "use TLS (rediss://)"),
        ("redis://redis.example.com", False, "use TLS (rediss://)"),
        ("redis+sentinel://127.0.0.1:1,10.0.0.5:2/books", False, "use TLS (rediss://)"),
        ("rediss://redis.example.com", True, "TLS"),
        ("rediss+sentinel://one:1,two:2/books", True, "TLS"),
        ("rediss://redis.example.com?ssl_cert_reqs=none", False, "leave out ssl_cert_reqs=none"),
    ],
)
def test_whoever_could_listen_on_the_way_is_warned_of(url: str, fine: bool, words: str) -> None:
    name, is_fine, sentence = transport(read_address(url))
    assert (name, is_fine) == ("Redis transport", fine)
    assert words in sentence


async def test_a_redis_that_needs_no_password_is_to_be_mended_whatever_the_address(
    tmp_path: Path,
) -> None:
    async with one_server(tmp_path) as server:
        open_to_all = ("Redis password", False)
        assert (await check_access(server.url))[1][:2] == open_to_all
        # A user who has a password helps nobody as long as the others need none.
        user = ["countersign", "on", f">{SECRET}", "allkeys", "allchannels", "+@all"]
        await server.ask("ACL", "SETUSER", *user)
        with_user = server.url.replace("//", f"//countersign:{SECRET}@")
        assert (await check_access(with_user))[1][:2] == open_to_all
        in_query = f"{server.url}?username=countersign&password={SECRET}"
        assert (await check_access(in_query))[1][:2] == open_to_all
        await server.configure(requirepass="another")
        assert await check_access(with_user) == [
            ("Redis transport", True, "inside this machine"),
            ("Redis password", True, "asked for"),
        ]
        assert (await check_access(in_query))[1] == ("Redis password", True, "asked for")


async def test_a_socket_is_private_where_its_mode_or_a_folder_keeps_others_out(tmp_path: Path) -> None:
    private = [("Redis access", True, "a socket that only its owner can open")]
    async with embedded_server(tmp_path / "embedded") as url:
        assert await check_access(url) == private
    # Folders of pytest keep everybody out already.
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        shared = Path(name)
        async with one_server(shared, unixsocket=f"{shared}/redis.sock", unixsocketperm="777"):
            assert await check_access(f"unix://{shared}/redis.sock") == private
            os.chmod(shared, 0o755)
            assert [check[:2] for check in await check_access(f"unix://{shared}/redis.sock")] == [
                ("Redis transport", True),
                ("Redis password", False),
            ]


async def test_a_cluster_that_asks_for_a_password_is_fine(tmp_path: Path) -> None:
    async with cluster_of_three(tmp_path) as nodes:
        for node in nodes:
            await node.configure(requirepass=SECRET)
        checks = await check_access(f"redis+cluster://:{SECRET}@127.0.0.1:{nodes[0].port}")
        assert checks[1] == ("Redis password", True, "asked for")


def rules_of_user(text: str) -> list[str]:
    """The rules of the bot's user, with neither its password nor the password's hash."""
    found = re.search(r"(?im)^(?:ACL SETUSER|user) countersign ((?:.*\\\n)*.*)", text)
    assert found is not None
    return [rule for rule in found[1].replace("\\\n", " ").split() if rule[0] not in ">#"]


def test_the_guide_and_the_file_of_users_let_the_bot_do_the_same() -> None:
    guide = (ROOT / "deploy/README.md").read_text("utf-8")
    assert rules_of_user(guide) == rules_of_user((VALKEY / "users.acl").read_text("utf-8"))
    assert "ACL SETUSER default off" in guide
    assert "user default off" in (VALKEY / "users.acl").read_text("utf-8")


def start(folder: Path, password: str, *options: str) -> "subprocess.Popen[str]":
    """Start the server that ``deploy`` describes, with this package's binary."""
    (folder / "bin").mkdir(exist_ok=True, parents=True)
    if not (folder / "bin/valkey-server").exists():
        (folder / "bin/valkey-server").symlink_to(server_binary())
    return subprocess.Popen(
        ["sh", str(folder / "start.sh"), "--dir", str(folder), *options],
        env={
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "REDIS_PASSWORD": password,
            "TMPDIR": str(folder / "bin"),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=partial(die_with_parent, os.getpid()),
    )


@contextlib.asynccontextmanager
async def deployed_server(folder: Path) -> AsyncIterator[tuple[int, Redis]]:
    """The server of ``deploy/valkey``, its port, and an administrator that only tests have."""
    shutil.copytree(VALKEY, folder)
    with (folder / "users.acl").open("a") as users:
        users.write("user tester on nopass ~* &* +@all\n")
    port = free_port()
    server = start(folder, SECRET, "--port", str(port), "--logfile", str(folder / "log"))
    try:
        async with Redis(port=port, username="tester", password="any", decode_responses=True) as tester:
            await eventually(tester.ping)
            yield port, tester
    finally:
        server.kill()
        server.communicate()


@pytest.mark.parametrize(
    ("password", "says"), [("short", "32 characters"), (f"{SECRET}/@:", "letters and digits")]
)
def test_a_password_that_is_weak_or_breaks_the_address_starts_no_server(
    tmp_path: Path, password: str, says: str
) -> None:
    shutil.copytree(VALKEY, tmp_path / "valkey")
    refused = start(tmp_path / "valkey", password)
    _, error = refused.communicate(timeout=20)
    assert refused.returncode == 2
    assert says in error
    assert password not in error


async def test_the_user_of_the_deployed_server_can_do_what_the_bot_does_and_nothing_to_others(
    tmp_path: Path,
) -> None:
    async with deployed_server(tmp_path / "valkey") as (port, tester):
        await tester.set("another:key", "1")
        url = f"redis://countersign:{SECRET}@127.0.0.1:{port}"
        async with open_office(tmp_path / "office", redis_url=url, operators="C_GENERAL") as office:
            await tester.xadd("countersign:stream", {"hello": "world"})
            await office.command("U_REQUESTER", SEED)
            card = await office.card("1 of 3")
            await office.said("You can say")
            await office.drop("U_REQUESTER", "more.csv", b"amount,currency,vendor\n20000,USD,Globex\n")
            await office.card("1 of 1")
            await office.reply("U_REVIEWER", "approve 2", card)
            await office.said("All payments have been processed.")
            await office.said("I set aside an entry")
            review = card["metadata"]["event_payload"]["review"]
        for command in (["show", review], ["doctor", "--audit"], ["audit", "verify"], ["retry", "--discard"]):
            ended = await answered(tmp_path, *command, REDIS_URL=url)
            assert ended.code == 0, ended
        told = await answered(tmp_path, "doctor", REDIS_URL=url)
        assert "permissions" not in told.out
        for fine in ("Valkey version", "append-only file", "eviction", "Redis password"):
            assert f"ok    {fine}" in told.out
        assert "refuses" not in (tmp_path / "valkey/log").read_text()
        refused = await tester.acl_log()
        assert {entry["object"] for entry in refused} <= {"config|get"}  # which doctor can do without
        facts = await tester.config_get("append*", "maxmemory-policy")
        assert (facts["appendonly"], facts["appendfsync"]) == ("yes", "always")
        assert facts["maxmemory-policy"] == "noeviction"
        async with Redis.from_url(url) as redis:
            for forbidden in (
                ["SET", "another:key", "2"],
                ["GET", "another:key"],
                ["EVAL", "return redis.call('GET', 'another:key')", "0"],
                ["FLUSHALL"],
                ["KEYS", "*"],
                ["CONFIG", "SET", "dir", "/tmp"],
                ["CONFIG", "GET", "requirepass"],
                ["ACL", "SETUSER", "countersign", "allkeys"],
                ["MODULE", "LIST"],
                ["REPLICAOF", "NO", "ONE"],
                ["PUBLISH", "another", "1"],
                ["GEOADD", "cs:x", "1", "1", "x"],
                ["PFADD", "cs:x", "1"],
                ["SETBIT", "cs:x", "1", "1"],
            ):
                with pytest.raises(Exception, match=r"(?i)permission|can't run|can't access") as refusal:
                    await redis.execute_command(*forbidden)  # type: ignore[no-untyped-call]
                assert isinstance(refusal.value, NoPermissionError) or "EVAL" in forbidden
