"""What is in `deploy/` names files, settings, routes and metrics that there are."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from service.config import OPTIONS
from service.watch.catalogue import BY_NAME, METRICS
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
SETTINGS = {one.variable for one in OPTIONS}
UNIT = [
    tuple(line.split("=", 1))
    for line in (DEPLOY / "policy-decisions.service").read_text(encoding="utf-8").splitlines()
    if "=" in line and not line.startswith("#")
]
CONTAINER = re.sub(r"\\\n", " ", (DEPLOY / "Containerfile").read_text(encoding="utf-8"))
STEPS = [line.split(maxsplit=1) for line in CONTAINER.splitlines() if line and not line.startswith(("#", " "))]
ALERTS = YAML(typ="safe").load(DEPLOY / "alerts.yaml")["groups"][0]["rules"]


def unit(name: str) -> list[str]:
    return [value for key, value in UNIT if key == name]


def steps(name: str) -> list[str]:
    return [rest for word, rest in STEPS if word == name]


def test_the_unit_starts_what_the_makefile_makes() -> None:
    (command,) = unit("ExecStart")
    python, script, word = shlex.split(command)
    assert python == f"{unit('WorkingDirectory')[0]}/.venv/bin/python"
    assert "VENV := .venv" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert (ROOT / script).exists()
    assert word == "serve"


def test_the_unit_knows_the_settings() -> None:
    names = {value.split("=")[0] for value in unit("Environment")} - {"PYTHONDONTWRITEBYTECODE"}
    assert names == {"POLICIES", "DATA_DIR", "SIGNING_KEY_FILE"}
    assert names <= SETTINGS
    assert unit("LoadCredential")[0].split(":")[0] == "signing.key"


def test_the_unit_waits_longer_than_the_workers_may_take() -> None:
    from service.cli import serve

    told = re.search(r"workers_kill_timeout=(\d+)", Path(serve.__file__).read_text(encoding="utf-8"))
    assert told is not None
    assert int(unit("TimeoutStopSec")[0]) > int(told[1]) + 30
    assert (unit("KillMode"), unit("Type")) == (["mixed"], ["notify"])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_the_unit_is_sound_and_hardened(tmp_path: Path) -> None:
    text = (DEPLOY / "policy-decisions.service").read_text(encoding="utf-8")
    path = tmp_path / "policy-decisions.service"
    path.write_text(text.replace("/opt/policy-decisions/.venv/bin/python", shutil.which("sh") or ""))
    done = subprocess.run(["systemd-analyze", "verify", path], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if "policy-decisions" in line] == []
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert judged.returncode == 0, judged.stdout


def test_the_container_copies_what_there_is() -> None:
    for rest in steps("COPY"):
        *sources, _ = [word for word in rest.split() if not word.startswith("--")]
        if "--from=build" not in rest:
            assert all((ROOT / source).exists() for source in sources), rest


def test_the_container_leaves_the_compiler_behind_and_root_too() -> None:
    _, build, last = CONTAINER.split("\nFROM ")
    assert "gcc" in build
    assert "gcc" not in last
    assert "apt-get" not in last
    users = [place for place, (word, _) in enumerate(STEPS) if word == "USER"]
    assert users
    assert users[-1] < [word for word, _ in STEPS].index("ENTRYPOINT")
    assert not re.search(r"USER\s+(root|0)\b", CONTAINER)


def test_the_container_runs_the_command_line_and_asks_whether_it_is_ready() -> None:
    assert json.loads(steps("ENTRYPOINT")[0])[-1] == "run.py"
    assert json.loads(steps("CMD")[0]) == ["serve"]
    assert "/readyz" in steps("HEALTHCHECK")[0]
    names = {word.split("=")[0] for word in steps("ENV")[0].split()} - {"PYTHONDONTWRITEBYTECODE"}
    assert names <= SETTINGS


def test_the_container_has_the_python_that_is_needed() -> None:
    versions = set(re.findall(r"python:3\.(\d+)", CONTAINER))
    assert len(versions) == 1
    least = re.search(r'requires-python = ">=3\.(\d+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert least is not None
    assert int(versions.pop()) >= int(least[1])


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_alerts_ask_for_metrics_and_labels_that_there_are(alert: dict[str, str]) -> None:
    named = re.findall(r"(policy_\w+)(?:\{(.*?)\})?", alert["expr"])
    assert named
    for name, selected in named:
        metric = BY_NAME[name.removesuffix("_bucket")]
        assert name.endswith("_bucket") == (metric.kind == "histogram")
        assert set(re.findall(r"(\w+)=", selected)) <= set(metric.labels)
    assert alert["annotations"]["summary"]  # type: ignore[index]


def test_every_metric_that_pages_has_its_alert() -> None:
    asked = " ".join(alert["expr"] for alert in ALERTS)
    for metric in METRICS:
        if metric.watch.startswith("Any") or "restart" in metric.watch:
            assert metric.name in asked, metric.name


def test_the_page_of_operations_speaks_of_what_there_is() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for name in set(re.findall(r"`(policy_\w+)`", page)):
        assert name in BY_NAME, name
    for name in set(re.findall(r"`([A-Z]+_[A-Z_]+)(?:=\w+)?`", page)) - {"SIGNING_KEY", "OTEL_EXPORTER_OTLP_ENDPOINT"}:
        assert name in SETTINGS, name
    for target in re.findall(r"\]\((?!http)([^)#]+)", page):
        assert (ROOT / "docs" / target).exists(), target
