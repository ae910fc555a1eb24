"""`run.py keys`, and the first start of the service."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.callers.key_file import KeyFile
from service.cli import main
from service.cli.first_key import README, example, first_key
from service.config import Settings
from service.repository import LoadedPolicy
from tests.test_readme import example as readme_example


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def run(data: Path, *args: str) -> Result:
    return CliRunner().invoke(main, ["keys", *args, "--data-dir", str(data)])


def test_a_key_is_printed_once_alone_on_its_line(data: Path) -> None:
    made = run(data, "create", "billing", "--role", "integrator")
    assert re.fullmatch(r"pdk_\w{8}_\w{39}\n", made.stdout)
    assert "for billing, integrator (decide, simulate)" in made.stderr
    assert made.stdout.strip()[13:] not in run(data, "list").stdout


def test_keys_are_listed(data: Path) -> None:
    run(data, "create", "billing", "--role", "integrator", "--rate", "5/second", "--expires", "90d")
    run(data, "create", "审计", "--role", "auditor", "--expires", "2999-01-31")
    lines = run(data, "list").stdout.splitlines()
    assert re.search(r"billing +integrator +decide simulate +active +5/second", lines[2])
    assert re.search(r"审计 +auditor +read_log +active +- .* 2999-01-31 00:00Z +-$", lines[3])


def test_a_key_is_revoked(data: Path) -> None:
    run(data, "create", "billing", "--role", "integrator")
    (key,) = KeyFile(data).every()
    assert "is revoked since" in run(data, "revoke", key.id).stdout
    assert "revoked" in run(data, "list").stdout


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (("create", "x", "--role", "auditor", "--scope", "decide"), 1, "auditor does not bring the scope decide"),
        (("create", "x", "--role", "boss"), 2, "'boss' is not one of"),
        (("create", "x"), 2, "Missing option '--role'"),
        (("create", "", "--role", "auditor"), 1, "the name must be"),
        (("create", "x", "--role", "auditor", "--expires", "soon"), 2, "`soon` is neither a day"),
        (("create", "x", "--role", "auditor", "--expires", "2020-01-01"), 1, "expired before it is made"),
        (("create", "x", "--role", "auditor", "--expires", "99999d"), 0, ""),
        (("create", "x", "--role", "auditor", "--rate", "often"), 1, "`often` is not a rate; write it as in"),
        (("revoke", "nobody"), 1, "there is no key `nobody`"),
        (("list",), 0, ""),
    ],
)
def test_what_cannot_be_is_told(data: Path, args: tuple[str, ...], code: int, told: str) -> None:
    result = run(data, *args)
    assert (result.exit_code, told in result.stderr) == (code, True)
    assert "Traceback" not in result.output


def test_a_broken_file_is_told(data: Path) -> None:
    data.mkdir()
    KeyFile(data).path.write_bytes(b"this is no database" * 100)
    result = run(data, "list")
    assert result.exit_code == 1
    assert re.search(r"error: the keys in `.*callers.sqlite` cannot be used: file is not a database", result.stderr)


def test_the_first_start_makes_one_key(data: Path, policy: LoadedPolicy) -> None:
    settings = Settings(data_dir=data, port=4321)
    told = first_key(settings, policy)
    assert told is not None
    assert "curl -s http://127.0.0.1:4321/v1/decisions" in told
    (key,) = KeyFile(data).every()
    assert f"pdk_{key.id}_" in told
    assert first_key(settings, policy) is None
    KeyFile(data).revoke(key.id, key.created)
    assert first_key(settings, policy) is None


def test_no_key_is_made_where_none_is_asked_for(data: Path, policy: LoadedPolicy) -> None:
    assert first_key(Settings(data_dir=data, auth="off"), policy) is None
    tokens = {"jwt_issuer": "https://i.example", "jwt_audience": "x", "jwt_keys": "k.json"}
    assert first_key(Settings(data_dir=data, **tokens), policy) is None
    assert not data.exists()


def test_the_example_is_that_of_the_readme() -> None:
    assert readme_example()[0] == json.loads(json.dumps(README))


def test_another_policy_has_an_example_of_its_own(policy: LoadedPolicy) -> None:
    shown = example(policy)
    assert shown is not None
    assert shown["decide"] == ["size"]
