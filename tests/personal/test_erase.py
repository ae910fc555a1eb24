"""Once a subject is erased, nobody reads its facts again, and every proof of the log still holds."""

from __future__ import annotations

import base64
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from service import audit
from service.cli import main
from service.config import Settings
from service.decide import DecisionService
from service.erasures import Erasures
from service.ledger import Log
from service.personal import Owner, SubjectKeys
from service.proofs import receipt as receipts
from service.register import LedgerEntries, Register
from tests.personal.conftest import MARKERS, REQUEST, decided, found
from tests.service.conftest import StoppedClock

P1 = Owner("subject", "P-1")


def erase(client: FlaskClient, path: str = "/v1/subjects/P-1/erasure", status: int = 201) -> dict[str, Any]:
    answer = client.post(path, json={})
    assert answer.status_code == status, answer.get_json()
    document: dict[str, Any] = answer.get_json()
    return document


def problem(client: FlaskClient, path: str, status: int = 410) -> dict[str, Any]:
    answer = client.get(path)
    assert answer.status_code == status
    document: dict[str, Any] = answer.get_json()
    return document


def test_the_facts_are_gone_and_the_decision_stays(client: FlaskClient) -> None:
    before = decided(client)
    path = f"/v1/decisions/{before['decision_id']}"
    erased = erase(client)
    assert (erased["subject"], erased["erased_at"]) == ("P-1", "2026-11-23T07:20:31.123456Z")
    for what in ("explanation", "replay"):
        told = problem(client, f"{path}/{what}")
        assert (told["type"], told["erased"]) == ("/problems/erased", erased)
    after = client.get(path).get_json()
    assert after.pop("erased") == erased
    assert after["outcomes"]["greeting"]["values"] == {"greeted": True, "words": None, "age": None}
    assert after["required_actions"][0]["due"] is None
    assert {**after, "outcomes": 0, "required_actions": 0} == {**before, "outcomes": 0, "required_actions": 0}


def test_neither_facts_nor_key_are_left_in_any_file(client: FlaskClient, settings: Settings, keys: SubjectKeys) -> None:
    decided(client, key="k")
    decided(client, subject="P-2")
    key, other = keys.of(P1), keys.of(Owner("subject", "P-2"))
    client.get("/v1/actions?subject=P-1")
    assert found(settings.data_dir, key.secret) == {f"subject-keys.sqlite: {key.secret!r}"}
    erase(client)
    encoded = [key.secret, key.secret.hex(), base64.b64encode(key.secret)]
    assert found(settings.data_dir, *encoded, *MARKERS[:-1]) == set()
    erase(client, "/v1/subjects/P-2/erasure")
    assert found(settings.data_dir, *MARKERS, other.secret) == set()


def test_receipts_and_audit_still_verify(client: FlaskClient, log: Log, settings: Settings) -> None:
    decisions = [decided(client)["decision_id"] for _ in range(3)]
    old = client.get("/v1/log/checkpoint").data
    early = [client.get(f"/v1/decisions/{one}/receipt").data for one in decisions]
    erase(client)
    late = [client.get(f"/v1/decisions/{one}/receipt").data for one in decisions]
    for text in (*early, *late):
        receipts.parse(text).verify(log.key)
    assert settings.checkpoint_file is not None
    settings.checkpoint_file.write_bytes(old + b"\n")
    report = audit.run(settings.ledger_path, log.key, [settings.checkpoint_file])
    assert (report.total, report.size) == (0, 5)


def test_an_erasure_is_an_entry_and_happens_once(client: FlaskClient, service: DecisionService) -> None:
    decided(client)
    first = erase(client)
    entry = service.ledger.get(first["entry_id"])
    assert entry is not None
    assert (entry.kind, entry.document["subject"], entry.index) == ("erasure", "P-1", first["receipt"]["index"])
    assert erase(client, status=200) == first
    assert service.ledger.size == entry.index + 1


def test_others_are_not_touched(client: FlaskClient) -> None:
    decided(client)
    other = decided(client, subject="P-2")
    erase(client)
    assert client.get(f"/v1/decisions/{other['decision_id']}").get_json() == other
    assert client.get(f"/v1/decisions/{other['decision_id']}/replay").get_json()["same"] is True


def test_a_later_decision_has_a_key_of_its_own(client: FlaskClient) -> None:
    first = decided(client)
    one = erase(client)
    second = decided(client)
    assert client.get(f"/v1/decisions/{second['decision_id']}/replay").get_json()["same"] is True
    two = erase(client)
    for decision, erased in ((first, one), (second, two)):
        assert problem(client, f"/v1/decisions/{decision['decision_id']}/explanation")["erased"] == erased


def test_a_decision_without_a_subject(client: FlaskClient) -> None:
    one, other = decided(client, subject=None), decided(client, subject=None)
    path = f"/v1/decisions/{one['decision_id']}"
    erased = erase(client, f"{path}/erasure")
    assert (erased["subject"], erased["decision_id"]) == (None, one["decision_id"])
    assert erase(client, f"{path}/erasure", 200) == erased
    assert problem(client, f"{path}/replay")["erased"] == erased
    assert client.get(f"/v1/decisions/{other['decision_id']}/replay").get_json()["same"] is True


def test_the_key_of_a_subject_is_not_that_of_one_decision(client: FlaskClient) -> None:
    told = erase(client, f"/v1/decisions/{decided(client)['decision_id']}/erasure", 409)
    assert (told["type"], told["subject"]) == ("/problems/of-a-subject", "P-1")


@pytest.mark.parametrize("path", ["subjects/P-9", "decisions/01a20747-1e93-774b-8000-00000000ffff", "subjects/a%2Fb"])
def test_where_nothing_is_sealed_nothing_is_erased(client: FlaskClient, service: DecisionService, path: str) -> None:
    plain = decided(client, facts={"person": {"employed": True}}, subject="P-9", decide=["first_contact"])
    size = service.ledger.size
    for one in (path, f"decisions/{plain['decision_id']}"):
        told = erase(client, f"/v1/{one}/erasure", 404)
        assert told["detail"] == "nothing personal is recorded under this name, and nothing was erased"
    assert service.ledger.size == size


def test_a_retry_after_the_erasure_is_told_so(client: FlaskClient) -> None:
    decided(client, key="k")
    erased = erase(client)
    answer = client.post("/v1/decisions", json=REQUEST, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.get_json()["type"]) == (410, "/problems/erased")
    assert answer.get_json()["erased"] == erased
    assert "nothing was decided" in answer.get_json()["detail"]


def test_what_holds_no_facts_replays_for_ever(client: FlaskClient) -> None:
    bare = decided(client, decide=["first_contact"], facts={"person": {"religion": "marker-faith-5512"}})
    erase(client)
    assert client.get(f"/v1/decisions/{bare['decision_id']}/replay").get_json()["same"] is True


def test_open_work_forgets_the_day(client: FlaskClient, service: DecisionService) -> None:
    decision = decided(client)["decision_id"]
    assert client.get("/v1/actions?due_before=2027-01-01").get_json()["items"][1]["due"] == "2026-12-19"
    erase(client)
    listed = client.get(f"/v1/actions?decision={decision}").get_json()["items"]
    assert [(one["action"], one["due"], one.get("sealed")) for one in listed] == [
        ("file", "2026-11-24", None),
        ("greet", None, ["due", "params/words"]),
    ]
    assert [one["action"] for one in client.get("/v1/actions?due_before=2027-01-01").get_json()["items"]] == ["file"]
    done = client.post(f"/v1/actions/{decision}.0/done", json={"by": "clerk"})
    assert (done.status_code, done.get_json()["status"]) == (201, "done")


def test_a_register_made_anew_agrees(client: FlaskClient, service: DecisionService) -> None:
    decided(client)
    erase(client)
    made_anew = Register(LedgerEntries(service.ledger))
    made_anew.catch_up()
    keys = [key for (key,) in made_anew._connection.execute("SELECT due_key FROM obligations ORDER BY due_key")]
    assert keys == ["2026-11-24T24", "9999"]


# What ends between two steps is finished.


@pytest.fixture
def erasures(log: Log, keys: SubjectKeys, clock: StoppedClock) -> Erasures:
    return Erasures(log.ledger, keys, clock)


def test_a_destroyed_key_that_is_not_on_record_is_recorded(
    client: FlaskClient, erasures: Erasures, keys: SubjectKeys, clock: StoppedClock
) -> None:
    decision = decided(client)["decision_id"]
    keys.destroy(keys.of(P1).key_id, clock.now())
    assert problem(client, f"/v1/decisions/{decision}/replay", 409)["type"] == "/problems/key-missing"
    assert erasures.settle() == 1
    assert problem(client, f"/v1/decisions/{decision}/replay")["type"] == "/problems/erased"
    assert erasures.settle() == 0


def test_the_call_itself_finishes_what_an_earlier_one_began(
    client: FlaskClient, keys: SubjectKeys, clock: StoppedClock
) -> None:
    decided(client)
    keys.destroy(keys.of(P1).key_id, clock.now())
    decided(client)
    erase(client)
    assert (keys.unrecorded(), keys.living(P1)) == ((), None)


def test_an_entry_that_is_there_already_is_the_one(
    client: FlaskClient, erasures: Erasures, keys: SubjectKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ended after the entry was appended, before the table of keys knew it."""
    decided(client)
    with monkeypatch.context() as patch:
        patch.setattr(keys, "record", lambda key_id: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            erasures.of_subject("P-1")
    assert len(keys.unrecorded()) == 1
    again = erasures.of_subject("P-1")
    assert again is not None
    assert again[0]["receipt"]["index"] == 2


def test_an_old_copy_of_the_keys_brings_nothing_back(
    client: FlaskClient, log: Log, clock: StoppedClock, settings: Settings, tmp_path: Path
) -> None:
    decision = decided(client)["decision_id"]
    shutil.copy(settings.subject_keys_path, tmp_path / "old.sqlite")
    erase(client)
    old = SubjectKeys.open(tmp_path / "old.sqlite")
    secret = old.of(P1).secret
    assert Erasures(log.ledger, old, clock).settle() == 1
    assert secret not in (tmp_path / "old.sqlite").read_bytes()
    assert problem(client, f"/v1/decisions/{decision}/replay")["type"] == "/problems/erased"
    old.close()


# The command, on a ledger that no service has.


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env={"CHECKPOINT_FILE": "", "SIGNING_KEY": ""})


@pytest.fixture
def folder(client: FlaskClient, log: Log, keys: SubjectKeys, settings: Settings) -> str:
    """A data folder with a decision about P-1 and one about nobody, which no service has open."""
    decided(client)
    decided(client, subject=None)
    client.get("/v1/actions")
    log.close()
    keys.close()
    return str(settings.data_dir)


def test_the_command_erases_and_may_be_repeated(folder: str) -> None:
    first, second = (run("erase", "P-1", "--data-dir", folder) for _ in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.output.startswith("subject `P-1` erased at 20")
    assert second.output.startswith("subject `P-1` was erased before, at 20")
    replayed = run("replay", "--all", "--data-dir", folder)
    assert (replayed.exit_code, replayed.output) == (
        0, "1 replayed, all the same, 1 not, for their facts are erased\n"
    )  # fmt: skip
    audited = run("audit", f"{folder}/ledger.sqlite")
    assert (audited.exit_code, "1 the same, 1 erased: cannot be decided again" in audited.output) == (0, True)


def test_an_audit_needs_no_keys(folder: str, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy", ignore=shutil.ignore_patterns("subject-keys*"))
    audited = run("audit", str(tmp_path / "copy" / "ledger.sqlite"))
    assert (audited.exit_code, "2 not to be decided again" in audited.output) == (0, True)


def test_the_command_leaves_nothing_in_the_register(folder: str, client: FlaskClient) -> None:
    for arguments in (["P-1"], ["--decision", own_keys(folder)[0]]):
        assert found(Path(folder), "2026-12-19") == {"register.sqlite: b'2026-12-19'"}
        assert run("erase", *arguments, "--data-dir", folder).exit_code == 0
    assert found(Path(folder), *MARKERS) == set()


def test_the_command_on_one_decision(folder: str) -> None:
    (decision,) = own_keys(folder)
    done = run("erase", "--decision", decision, "--data-dir", folder)
    assert done.output.startswith(f"decision `{decision}` erased at 20")
    assert own_keys(folder) == []


def own_keys(folder: str) -> list[str]:
    """The decisions that have a key of their own."""
    keys = SubjectKeys.open(Settings(data_dir=Path(folder)).subject_keys_path)
    owners = [owner.name for _, owner in keys.owners() if owner.kind == "decision"]
    keys.close()
    return owners


def test_keys_that_are_lost_are_a_difference(folder: str) -> None:
    Settings(data_dir=Path(folder)).subject_keys_path.unlink()
    replayed = run("replay", "--all", "--data-dir", folder)
    assert replayed.exit_code == 1
    assert "the key of its facts is missing, and no erasure is recorded" in replayed.output


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        ([], 2, "name one SUBJECT, or --decision ID"),
        (["P-1", "--decision", "x"], 2, "name one SUBJECT"),
        (["P-9"], 1, "nothing personal is recorded under `P-9`"),
        (["--decision", "nope"], 1, "nothing personal is recorded under `nope`"),
        (["P-1", "--url", "ftp://x"], 2, "is no address of a service"),
        (["P-1", "--url", "http://127.0.0.1:9"], 1, "whether it erased is not known: repeat"),
    ],
)
def test_the_command_says_what_is_wrong(folder: str, arguments: list[str], status: int, words: str) -> None:
    ended = run("erase", *arguments, "--data-dir", folder)
    assert (ended.exit_code, words in ended.output) == (status, True), ended.output


def test_the_command_needs_a_ledger(tmp_path: Path) -> None:
    ended = run("erase", "P-1", "--data-dir", str(tmp_path / "none"))
    assert (ended.exit_code, "there is no ledger" in ended.output) == (1, True)
    assert not (tmp_path / "none").exists()
