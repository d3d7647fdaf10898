"""``deploy/compose.yaml`` and what it mounts: hardened, whole, and true to what the code reads and serves."""

import json
import re
import subprocess
from shutil import which

import pytest

from bot.cli.main import COMMANDS
from bot.config.several_workspaces import INSTALL_PATH, REDIRECT_PATH
from bot.worker.background import DRAIN_SECONDS
from handlers.inbound.http_server import FINISH_SECONDS
from tests.deploy.files import (
    DEPLOY,
    DOCKERFILE,
    KNOWN_SETTINGS,
    TOOLS,
    Json,
    bytes_of,
    documents,
    image_setting,
    needs_tools,
    probe_paths,
    ran,
)

COMPOSE = DEPLOY / "compose.yaml"
(BUILT,) = documents(COMPOSE)
SERVICES: dict[str, Json] = BUILT["services"]
OURS = ("bot", "worker")


@needs_tools
def test_the_file_is_what_the_published_schema_of_compose_describes() -> None:
    ran(TOOLS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE)


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_writes_nowhere_but_in_its_volumes_and_has_no_right_to_more(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")
    assert service["restart"] == "unless-stopped"
    for mount in service["volumes"]:
        assert mount["type"] == "volume" or (mount["read_only"] and not mount["bind"]["create_host_path"])


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_asked_how_it_is_and_given_time_to_end(name: str) -> None:
    service = SERVICES[name]
    assert service["healthcheck"]["test"]
    given = int(service["stop_grace_period"].removesuffix("s"))
    assert given > (FINISH_SECONDS + DRAIN_SECONDS if name in OURS else 10)


@pytest.mark.parametrize("name", OURS)
def test_bots_and_workers_are_two_each_and_know_their_settings(name: str) -> None:
    service = SERVICES[name]
    assert service["deploy"]["replicas"] == 2
    assert bytes_of(service["deploy"]["resources"]["limits"]["memory"]) >= 512 << 20
    assert service["command"][0] in COMMANDS
    assert service["environment"].keys() <= KNOWN_SETTINGS
    (mount,) = service["volumes"]
    assert service["environment"]["COUNTERSIGN_POLICY"].startswith(f"{mount['target']}/")
    assert service["depends_on"]["valkey"]["condition"] == "service_healthy"


def test_health_is_asked_where_it_is_served() -> None:
    port = image_setting("METRICS_PORT")
    for name in OURS:
        check = SERVICES[name]["healthcheck"]["test"][-1]
        ((asked, path),) = re.findall(r"http://127\.0\.0\.1:(\d+)(/\w+)'", check)
        assert asked == SERVICES[name]["environment"]["METRICS_PORT"] == port
        assert path in probe_paths()
    assert SERVICES["bot"]["environment"]["PORT"] == image_setting("PORT")
    assert {int(image_setting("PORT")), int(port)} == {
        int(number)
        for number in re.findall(r"\d+", re.findall(r"^EXPOSE (.*)$", DOCKERFILE, re.MULTILINE)[0])
    }
    assert 'os.environ[\\"METRICS_PORT\\"]}/healthz' in DOCKERFILE


def test_nobody_but_bots_and_workers_reaches_valkey_and_nothing_but_the_proxy_is_open_to_the_outside() -> (
    None
):
    assert BUILT["networks"]["store"] == {"internal": True}
    assert {name for name, service in SERVICES.items() if "store" in service["networks"]} == {
        "valkey",
        *OURS,
    }
    assert SERVICES["valkey"]["networks"] == ["store"]
    open_to_all = {
        name
        for name, service in SERVICES.items()
        if any(not port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    }
    assert open_to_all == {"proxy"}
    assert {name for name, service in SERVICES.items() if "profiles" not in service} == {"valkey", *OURS}


def test_the_address_of_valkey_is_that_of_its_user() -> None:
    address = SERVICES["bot"]["environment"]["REDIS_URL"]
    assert re.fullmatch(r"redis://countersign:\$\{REDIS_PASSWORD:\?[^}]+\}@valkey:6379/0", address)
    assert SERVICES["valkey"]["environment"]["REDIS_PASSWORD"].startswith("${REDIS_PASSWORD:?")
    data = [mount["target"] for mount in SERVICES["valkey"]["volumes"] if mount["type"] == "volume"]
    assert SERVICES["valkey"]["command"] == ["--dir", *data]


def test_everything_that_is_mounted_is_there() -> None:
    for name, service in SERVICES.items():
        for mount in service["volumes"]:
            if mount["type"] == "volume":
                assert mount["source"] in BUILT["volumes"], name
            elif mount["source"] != "./policy":  # the reader's own, which deploy/README.md has them make
                assert (DEPLOY / mount["source"]).is_dir(), name
    assert (DEPLOY / "valkey" / SERVICES["valkey"]["entrypoint"][1].rpartition("/")[2]).exists()


def test_each_variable_of_the_file_is_explained_to_its_reader() -> None:
    guide = (DEPLOY / "README.md").read_text("utf-8")
    names = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text("utf-8")))
    assert names
    assert not [name for name in sorted(names) if f"`{name}" not in guide and f"\n{name}=" not in guide]


def test_prometheus_looks_where_bots_and_workers_are_and_grafana_where_prometheus_is() -> None:
    (config,) = documents(DEPLOY / "prometheus/prometheus.yml")
    ((found,),) = (scrape["dns_sd_configs"] for scrape in config["scrape_configs"])
    assert found["names"] == list(OURS)
    assert str(found["port"]) == SERVICES["worker"]["environment"]["METRICS_PORT"]
    assert [(DEPLOY / "prometheus" / name).is_file() for name in config["rule_files"]] == [True]
    (sources,) = documents(DEPLOY / "grafana/provisioning/datasources/prometheus.yaml")
    (source,) = sources["datasources"]
    assert source["url"] == "http://prometheus:9090"
    assert SERVICES["prometheus"]["ports"][0].endswith(":9090")
    (boards,) = documents(DEPLOY / "grafana/provisioning/dashboards/countersign.yaml")
    where = boards["providers"][0]["options"]["path"]
    assert {"./grafana": where}.items() <= {
        mount["source"]: mount["target"] for mount in SERVICES["grafana"]["volumes"]
    }.items()


def test_the_proxy_lets_through_what_slack_sends_and_who_installs_the_bot_and_asks_the_bots() -> None:
    caddyfile = (DEPLOY / "caddy/Caddyfile").read_text("utf-8")
    assert f"dynamic a bot {SERVICES['bot']['environment']['PORT']} " in caddyfile
    ways = re.findall(r"@\w+ \{\n\t\tmethod (\w+)\n\t\tpath (.*)\n\t\}", caddyfile)
    assert ways == [("POST", "/slack/events"), ("GET", f"{INSTALL_PATH} {REDIRECT_PATH}")]
    caddy = which("caddy")
    if caddy is None:
        pytest.skip("there is no caddy on this machine (Debian's package caddy has it)")
    environment = {"PUBLIC_HOST": "bot.example.com", "HOME": "/nonexistent"}
    command = [caddy, "adapt", "--config", "caddy/Caddyfile"]
    ended = subprocess.run(command, cwd=DEPLOY, env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    (server,) = json.loads(ended.stdout)["apps"]["http"]["servers"].values()
    *let_through, rest = server["routes"][0]["handle"][0]["routes"]
    assert [route["match"][0] for route in let_through] == [
        {"method": [method], "path": paths.split()} for method, paths in ways
    ]
    assert "match" not in rest
    assert "reverse_proxy" not in json.dumps(rest)


def test_prometheus_takes_its_configuration() -> None:
    promtool = which("promtool")
    if promtool is None:
        pytest.skip("there is no promtool on this machine (Debian's package prometheus has it)")
    ran(promtool, "check", "config", "prometheus/prometheus.yml")
