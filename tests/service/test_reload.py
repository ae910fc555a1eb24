"""The policy folder followed: good changes decide, broken ones do not, and both are told."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from rules.errors import Diagnostic, PolicyError
from rules.source import Span
from service.api import create_app
from service.decide import DecisionService
from service.ledger import Ledger
from service.reload import LOOK, Reloader, load_folder, stamp
from service.repository import LoadedPolicy
from tests.service.conftest import SAMPLE, StoppedClock
from tests.service.releases import LARGE_FROM, edit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "policies"))


@pytest.fixture
def reloader(service: DecisionService, folder: Path, clock: StoppedClock) -> Reloader:
    return Reloader(service, folder, stamp(folder), clock)


def size_of(client: FlaskClient, amount: int) -> str:
    body = {"decide": ["size"], "facts": {"order": {"amount": str(amount), "count": 1}}}
    return str(client.post("/v1/decisions", json=body).get_json()["outcomes"]["size"]["values"]["size"])


def policies(client: FlaskClient) -> dict[str, object]:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    told: dict[str, object] = answer.get_json()["policies"]
    return told


def test_a_change_becomes_a_release_once_it_has_settled(
    client: FlaskClient, folder: Path, reloader: Reloader, ledger: Ledger
) -> None:
    reloader.look()
    edit(folder / "parameters.yaml", LARGE_FROM, "value: 2000.00")
    reloader.look()
    assert (size_of(client, 1500), ledger.size) == ("large", 2)
    reloader.look()
    assert (size_of(client, 1500), ledger.size) == ("small", 4)
    reloader.look()
    assert ledger.size == 4
    shown = client.get("/readyz").get_json()["policy"]["release"]
    assert client.get("/v1/rulesets").get_json()["policy"]["release"] == shown
    assert client.get("/v1/releases").get_json()["items"][0]["release"] == shown


def test_a_broken_file_leaves_the_old_release_serving(
    client: FlaskClient, folder: Path, reloader: Reloader, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    edit(folder / "shop" / "size.yaml", "order.amount >=", "order.amuont >=")
    edit(folder / "shop" / "route.yaml", "ruleset: route", "ruleset: rout")
    reloader.take()
    assert (size_of(client, 1500), ledger.size) == ("large", 2)
    told = policies(client)
    assert (told["status"], told["since"]) == ("broken", "2026-11-23T07:20:31.123456Z")
    assert str(told["first"]).startswith("shop/")
    lines = [record.getMessage() for record in caplog.records if record.name == "service.reload"]
    assert len(lines) == 1 + int(str(told["problems"]))
    assert any("nothing here is called `order.amuont`" in line for line in lines)


def test_a_mended_folder_serves_again(
    client: FlaskClient, folder: Path, reloader: Reloader, clock: StoppedClock, ledger: Ledger
) -> None:
    rules = folder / "shop" / "size.yaml"
    edit(rules, "order.amount >=", "order.amuont >=")
    reloader.take()
    clock.moment = clock.moment.replace(hour=8)
    edit(rules, "order.amuont >=", "order.amounts >=")
    reloader.take()
    assert str(policies(client)["since"]).startswith("2026-11-23T07:")
    edit(rules, "order.amounts >=", "order.amount >=")
    reloader.take()
    assert (policies(client), ledger.size) == ({"status": "serving"}, 1)
    edit(rules, "order.amount >=", "order.amount >")
    reloader.take()
    assert (size_of(client, 1000), ledger.size) == ("small", 3)


def test_cases_make_no_release(folder: Path, reloader: Reloader, ledger: Ledger) -> None:
    (folder / "shop" / "size.test.yaml").unlink()
    reloader.take()
    assert ledger.size == 1


def refusing(_: Path) -> LoadedPolicy:
    raise PolicyError([Diagnostic("too-many-rules", Span("shop/size.yaml", 3, 1), "the engine does not hold it")])


def failing(_: Path) -> LoadedPolicy:
    raise ZeroDivisionError


@pytest.mark.parametrize(("load", "told"), [(refusing, "the engine does not hold it"), (failing, "ZeroDivisionError")])
def test_what_an_engine_refuses_does_not_serve(
    client: FlaskClient, service: DecisionService, folder: Path, load: object, told: str
) -> None:
    Reloader(service, folder, stamp(folder), load=load).take()  # type: ignore[arg-type]
    assert policies(client)["problems"] == 1
    assert told in str(policies(client)["first"])
    assert size_of(client, 1500) == "large"


@pytest.mark.parametrize("gone", ["everything", "folder"])
def test_a_folder_that_is_gone(client: FlaskClient, folder: Path, reloader: Reloader, gone: str) -> None:
    shutil.rmtree(folder)
    if gone == "everything":
        folder.mkdir()
    reloader.look()
    reloader.look()
    assert "the" in str(policies(client)["first"])
    assert size_of(client, 1500) == "large"


def test_a_release_that_cannot_be_recorded_does_not_serve(
    service: DecisionService, folder: Path, reloader: Reloader, ledger: Ledger
) -> None:
    before = service.decider
    edit(folder / "parameters.yaml", LARGE_FROM, "value: 2000.00")
    ledger.stop(OSError("the disk is gone"))
    reloader.take()
    assert service.decider is before
    assert "cannot be recorded" in service.folder.first
    assert create_app(service).test_client().get("/readyz").status_code == 503


def test_files_that_change_while_they_are_read_are_read_again(
    client: FlaskClient, service: DecisionService, folder: Path, ledger: Ledger
) -> None:
    changes = [("value: 3000.00", "value: 4000.00")]

    def slow(place: Path) -> LoadedPolicy:
        policy = load_folder(place)
        if changes:
            edit(folder / "parameters.yaml", *changes.pop())
        return policy

    reloader = Reloader(service, folder, stamp(folder), load=slow)
    edit(folder / "parameters.yaml", LARGE_FROM, "value: 3000.00")
    reloader.take()
    assert (ledger.size, policies(client)) == (1, {"status": "serving"})
    for _ in range(2):
        reloader.look()
    assert (ledger.size, size_of(client, 3500), size_of(client, 4000)) == (2, "small", "large")


def test_the_thread_looks_by_itself_and_when_asked(
    service: DecisionService, folder: Path, ledger: Ledger
) -> None:
    asked = threading.Event()
    Reloader(service, folder, stamp(folder), asked=asked).start()
    for size, wake in ((2, False), (3, True)):
        edit(folder / "parameters.yaml", f"value: {10 ** (size + 1)}.00", f"value: {10 ** (size + 2)}.00")
        if wake:
            asked.set()
        deadline = time.monotonic() + 20 * LOOK
        while ledger.size < size and time.monotonic() < deadline:
            time.sleep(0.01)
        assert ledger.size == size
