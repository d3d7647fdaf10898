"""``deploy/kubernetes``: whole, hardened, and true to what the code reads and serves."""

from functools import cache
from pathlib import Path
from shutil import which

import pytest
import yaml

from bot.cli.main import COMMANDS
from bot.config.policy_loading import read_policy
from bot.config.several_workspaces import INSTALL_PATH, REDIRECT_PATH
from bot.worker.background import DRAIN_SECONDS
from handlers.inbound.http_server import FINISH_SECONDS
from tests.deploy.files import (
    DEPLOY,
    KNOWN_SETTINGS,
    TOOLS,
    Json,
    bytes_of,
    documents,
    image_setting,
    image_user,
    needs_tools,
    probe_paths,
    ran,
)

KUBERNETES = DEPLOY / "kubernetes"
SIZES = ("small", "large")
OURS = ("countersign-bot", "countersign-worker")
SECRETS = {"countersign", "countersign-valkey"}  # which deploy/README.md has the reader make
OLDEST = "1.31"  # and the newest that the schemas know

needs_kubectl = pytest.mark.skipif(
    which("kubectl") is None, reason="there is no kubectl on this machine, which has kustomize in it"
)


@cache
def composed(size: str) -> tuple[str, list[Json]]:
    """What ``kubectl apply -k`` would send, as text and read."""
    text = ran("kubectl", "kustomize", KUBERNETES / "overlays" / size)
    return text, list(yaml.safe_load_all(text))


def of_kind(size: str, *kinds: str) -> dict[str, Json]:
    """The objects of some kinds by their names, which are the same object's nowhere else in a kind."""
    return {thing["metadata"]["name"]: thing for thing in composed(size)[1] if thing["kind"] in kinds}


def workloads(size: str) -> dict[str, Json]:
    return of_kind(size, "Deployment", "StatefulSet")


def pod_of(workload: Json) -> Json:
    pod: Json = workload["spec"]["template"]["spec"]
    return pod


def container_of(workload: Json) -> Json:
    (container,) = pod_of(workload)["containers"]
    return dict(container)


def matched(size: str, labels: dict[str, str]) -> set[str]:
    """The workloads whose pods bear all these labels."""
    return {
        name
        for name, workload in workloads(size).items()
        if labels.items() <= workload["spec"]["template"]["metadata"]["labels"].items()
    }


@needs_kubectl
@needs_tools
@pytest.mark.parametrize("version", [OLDEST, ""])
@pytest.mark.parametrize("size", SIZES)
def test_what_is_applied_is_what_the_published_schemas_describe(
    size: str, version: str, tmp_path: Path
) -> None:
    applied = tmp_path / "applied.yaml"
    applied.write_text(composed(size)[0])
    asked = ["-k", version] if version else []
    said = ran(TOOLS / "kubernetes-validate", "--strict", *asked, applied)
    assert said.count(" passed ") == len(composed(size)[1])


@needs_tools
@pytest.mark.parametrize("name", ["ingress", "worker-by-queue-depth"])
def test_the_examples_of_kinds_that_each_cluster_has_are_what_their_schemas_describe(name: str) -> None:
    ran(TOOLS / "kubernetes-validate", "--strict", KUBERNETES / f"examples/{name}.yaml")


@needs_kubectl
@pytest.mark.parametrize("size", SIZES)
def test_each_pod_writes_nowhere_but_in_its_volumes_and_has_no_right_to_more(size: str) -> None:
    assert workloads(size).keys() >= set(OURS)
    for name, workload in workloads(size).items():
        pod, container = pod_of(workload), container_of(workload)
        assert pod["automountServiceAccountToken"] is False
        context = pod["securityContext"]
        assert context["runAsNonRoot"] is True
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}
        assert context["runAsUser"] == (image_user() if name in OURS else 999)
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"cpu", "memory"} <= container["resources"]["requests"].keys()
        assert bytes_of(container["resources"]["limits"]["memory"]) >= 512 << 20
        assert not set(pod) & {"hostNetwork", "hostPID", "hostIPC", "initContainers"}
    (namespace,) = of_kind(size, "Namespace").values()
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


@needs_kubectl
@pytest.mark.parametrize("size", SIZES)
def test_everything_that_is_named_is_applied_too_or_made_by_the_reader(size: str) -> None:
    maps, accounts = of_kind(size, "ConfigMap"), of_kind(size, "ServiceAccount")
    guide = (DEPLOY / "README.md").read_text("utf-8")
    secrets = set()
    for workload in workloads(size).values():
        pod, container = pod_of(workload), container_of(workload)
        assert pod["serviceAccountName"] in accounts
        named = [source["configMapRef"]["name"] for source in container.get("envFrom", [])[:1]]
        named += [volume["configMap"]["name"] for volume in pod["volumes"] if "configMap" in volume]
        assert set(named) <= maps.keys()
        volumes = {volume["name"] for volume in pod["volumes"]}
        volumes |= {claim["metadata"]["name"] for claim in workload["spec"].get("volumeClaimTemplates", ())}
        assert {mount["name"] for mount in container["volumeMounts"]} == volumes
        secrets |= {source["secretRef"]["name"] for source in container.get("envFrom", [])[1:]}
        secrets |= {
            variable["valueFrom"]["secretKeyRef"]["name"]
            for variable in container.get("env", ())
            if "valueFrom" in variable
        }
    assert secrets <= SECRETS
    assert not [name for name in secrets if f"create secret generic {name} " not in guide]
    assert not of_kind(size, "Secret")


@needs_kubectl
@pytest.mark.parametrize("size", SIZES)
def test_bots_and_workers_read_settings_that_exist_and_bring_a_policy_that_can_be_read(size: str) -> None:
    maps = of_kind(size, "ConfigMap")
    for name in OURS:
        pod, container = pod_of(workloads(size)[name]), container_of(workloads(size)[name])
        assert container["args"][0] in COMMANDS
        settings = maps[container["envFrom"][0]["configMapRef"]["name"]]["data"]
        own = {variable["name"] for variable in container.get("env", ())} - {"REDIS_PASSWORD"}
        assert settings.keys() | own <= KNOWN_SETTINGS
        for port in ("PORT", "METRICS_PORT"):
            assert settings[port] == image_setting(port)
        (policy,) = (volume["configMap"] for volume in pod["volumes"] if volume["name"] == "policy")
        (folder,) = (mount for mount in container["volumeMounts"] if mount["name"] == "policy")
        files = {f"{folder['mountPath']}/{file}" for file in maps[policy["name"]]["data"]}
        assert settings["COUNTERSIGN_POLICY"] in files
    assert read_policy(KUBERNETES / f"overlays/{size}/policy.toml").approvers


@needs_kubectl
@pytest.mark.parametrize("size", SIZES)
def test_ports_are_those_that_are_served_and_probes_ask_what_is_there(size: str) -> None:
    for name, ports in zip(OURS, (["PORT", "METRICS_PORT"], ["METRICS_PORT"]), strict=True):
        workload = workloads(size)[name]
        container = container_of(workload)
        served = {port["name"]: str(port["containerPort"]) for port in container["ports"]}
        assert list(served.values()) == [image_setting(port) for port in ports]
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            asked = container[probe]["httpGet"]
            assert asked["path"] in probe_paths()
            assert served[asked["port"]] == image_setting("METRICS_PORT")
        scraped = workload["spec"]["template"]["metadata"]["annotations"]["prometheus.io/port"]
        assert scraped == image_setting("METRICS_PORT")
        before_its_end = int(
            container.get("lifecycle", {}).get("preStop", {}).get("exec", {"command": [0]})["command"][-1]
        )
        assert (
            pod_of(workload)["terminationGracePeriodSeconds"]
            > before_its_end + FINISH_SECONDS + DRAIN_SECONDS
        )
    # With Redis away people are told that nothing was changed, which takes a bot that is still asked.
    assert container_of(workloads(size)[OURS[0]])["readinessProbe"]["httpGet"]["path"] == "/healthz"


@needs_kubectl
@pytest.mark.parametrize("size", SIZES)
def test_what_chooses_pods_chooses_those_that_there_are(size: str) -> None:
    named_ports = {
        name: {port["name"] for port in container_of(workload)["ports"]}
        for name, workload in workloads(size).items()
    }
    for name, budget in of_kind(size, "PodDisruptionBudget").items():
        assert matched(size, budget["spec"]["selector"]["matchLabels"]) == {name}
        assert budget["spec"]["maxUnavailable"] == 1
    assert of_kind(size, "PodDisruptionBudget").keys() == set(OURS)
    for name, service in of_kind(size, "Service").items():
        assert matched(size, service["spec"]["selector"]) == {name}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= named_ports[name]
    guarded: set[str] = set()
    for policy in of_kind(size, "NetworkPolicy").values():
        spec = policy["spec"]
        chosen = matched(size, spec["podSelector"]["matchLabels"])
        assert chosen
        if set(spec["policyTypes"]) == {"Ingress", "Egress"}:
            guarded |= chosen
        for way in spec.get("ingress", ()):
            named = {port["port"] for port in way["ports"]}
            assert all(named <= named_ports[pod] for pod in chosen)
            assert way["from"]
    assert guarded == workloads(size).keys()


@needs_kubectl
def test_the_small_size_has_two_of_each_beside_one_valkey_and_the_large_one_scales_its_workers() -> None:
    assert {name: workload["spec"].get("replicas") for name, workload in workloads("small").items()} == {
        **dict.fromkeys(OURS, 2),
        "countersign-valkey": 1,
    }
    assert not of_kind("small", "HorizontalPodAutoscaler")
    large = workloads("large")
    assert large["countersign-bot"]["spec"]["replicas"] > 2
    assert "replicas" not in large["countersign-worker"]["spec"]  # else each roll-out would undo the scaling
    ((name, scaler),) = of_kind("large", "HorizontalPodAutoscaler").items()
    by_depth = documents(KUBERNETES / "examples/worker-by-queue-depth.yaml")
    for spec in (scaler["spec"], by_depth[0]["spec"]):
        assert spec["scaleTargetRef"]["name"] == name == "countersign-worker"
        assert 1 < spec["minReplicas"] < spec["maxReplicas"]


@needs_kubectl
def test_valkey_in_the_cluster_is_reached_by_its_user_and_with_its_own_files() -> None:
    for name in OURS:
        address = {
            variable["name"]: variable.get("value")
            for variable in container_of(workloads("small")[name])["env"]
        }
        assert list(address) == ["REDIS_PASSWORD", "REDIS_URL"]  # in this order, or it is not filled in
        assert address["REDIS_URL"] == "redis://countersign:$(REDIS_PASSWORD)@countersign-valkey:6379/0"
    valkey = workloads("small")["countersign-valkey"]
    (settings,) = (volume["configMap"] for volume in pod_of(valkey)["volumes"] if "configMap" in volume)
    files = of_kind("small", "ConfigMap")[settings["name"]]["data"]
    assert files == {
        name: (DEPLOY / "valkey" / name).read_text("utf-8")
        for name in ("start.sh", "users.acl", "valkey.conf")
    }
    assert container_of(valkey)["command"] == ["sh", "/etc/valkey/start.sh"]


def test_examples_name_ports_and_services_that_there_are() -> None:
    (ingress,) = documents(KUBERNETES / "examples/ingress.yaml")
    ways = ingress["spec"]["rules"][0]["http"]["paths"]
    assert [way["path"] for way in ways] == ["/slack/events", INSTALL_PATH, REDIRECT_PATH]
    for way in ways:
        assert way["pathType"] == "Exact"
        assert way["backend"]["service"] == {"name": "countersign-bot", "port": {"name": "http"}}
    (monitor,) = documents(KUBERNETES / "examples/pod-monitor.yaml")
    assert monitor["spec"]["podMetricsEndpoints"][0]["path"] in probe_paths()
