"""Settings come from the environment, and go back into it unchanged."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from typing import Literal as OneOf

import pytest
from click.testing import CliRunner
from environs import Env

from service.cli import main
from service.config import OPTIONS, SETTINGS, Settings, SettingsError, from_environment
from service.setting import Means, Setting, described
from tests.conftest import ROOT


@dataclass(frozen=True)
class Sample:
    """One setting of every kind."""

    folder: Annotated[Path, Means("A folder.")] = Path("here")
    name: Annotated[str, Means("A name.")] = "x"
    count: Annotated[int, Means("A count.", 1, 9)] = 3
    rate: Annotated[float, Means("A rate.", 0.0)] = 0.5
    loud: Annotated[bool, Means("Loud.")] = False
    mode: Annotated[OneOf["a", "b"], Means("A mode.")] = "a"
    names: Annotated[tuple[str, ...], Means("Names.")] = ()
    file: Annotated[Path | None, Means("A file.")] = None
    most: Annotated[int | None, Means("The most.", 0)] = None
    within: Annotated[str, Means("Not for users.", internal=True)] = ""


KINDS = {one.name: one for one in described(Sample)}


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings().environment():
        monkeypatch.delenv(name, raising=False)


def read(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv(name.upper(), text)
    return KINDS[name].read(Env(), {name.upper(): text})


def other_than_standard(one: Setting) -> Any:
    """A value that the setting may have and does not have by itself."""
    if one.choices:
        return next(choice for choice in one.choices if choice != one.standard)
    if one.kind in (int, float):
        lowest = one.kind(one.lowest or 0)
        return lowest if lowest != one.standard else lowest + 1
    return {Path: Path("/a b"), str: "else", bool: one.standard is False, tuple: ("a", "b")}[one.kind]


def test_the_standard() -> None:
    assert from_environment() == Settings()


def test_they_survive_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(**{one.name: other_than_standard(one) for one in SETTINGS})
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    assert from_environment() == settings


@pytest.mark.parametrize("one", OPTIONS, ids=lambda one: one.variable)
def test_each_is_read_documented_and_an_option(one: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    value = other_than_standard(one)
    monkeypatch.setenv(one.variable, one.text(value))
    assert getattr(from_environment(), one.name) == value
    assert f"| `{one.variable}` | `{one.option}` |" in (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    assert one.option in CliRunner().invoke(main, ["serve", "--help"]).stdout


@pytest.mark.parametrize("one", SETTINGS, ids=lambda one: one.variable)
def test_a_blank_one_is_not_there(one: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(one.variable, " ")
    assert getattr(from_environment(), one.name) == one.standard


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORT", "x", "PORT: `x` is not a whole number from 0 to 65535"),
        ("PORT", "65536", "PORT: `65536` is not a whole number from 0 to 65535"),
        ("CROSS_CHECK", "sometimes", "CROSS_CHECK: `sometimes` is not one of `always`, `sampled`, `off`"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL: `loud` is not one of `DEBUG`, `INFO`, `WARNING`, `ERROR`"),
    ],
)
def test_a_bad_one_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as told:
        from_environment()
    assert str(told.value) == expected


def test_all_bad_ones_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setenv("LOG_LEVEL", "loud")
    result = CliRunner().invoke(main, ["serve"])
    assert result.exit_code == 1
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == ["error", "  PORT", "  LOG_LEVEL"]


def test_a_given_option_counts_before_a_bad_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "x")
    assert from_environment(port=1).port == 1


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("folder", "/x", Path("/x")), ("name", "y", "y"), ("count", "9", 9), ("rate", "1.5", 1.5),
        ("loud", "true", True), ("mode", "b", "b"), ("names", "a,b", ("a", "b")), ("file", "/y", Path("/y")),
        ("file", "", None), ("most", "4", 4), ("most", "", None),
    ],
)  # fmt: skip
def test_every_kind_is_read(name: str, text: str, value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(name, text, monkeypatch) == value
    assert KINDS[name].text(value) == text


def test_what_processes_hand_on_is_not_for_users() -> None:
    assert [one.name for one in KINDS.values() if one.internal] == ["within"]
    assert {one.name for one in OPTIONS} == {one.name for one in SETTINGS if not one.internal}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("folder", "a path"), ("count", "a whole number from 1 to 9"), ("rate", "a number of at least 0.0"),
        ("loud", "`true` or `false`"), ("mode", "one of `a`, `b`"), ("names", "texts with commas between them"),
    ],
)  # fmt: skip
def test_what_is_expected_is_said(name: str, expected: str) -> None:
    assert KINDS[name].expected == expected


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_nobody_need_be_asked_on_this_machine(host: str) -> None:
    assert Settings(host=host, auth="off").callers() is None


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"host": "0.0.0.0", "auth": "off"}, "AUTH=off lets in whoever reaches 0.0.0.0"),
        ({"host": "", "auth": "off"}, "AUTH=off"),
        ({"host": "127.0.0.1.example.com", "auth": "off"}, "AUTH=off"),
        ({"rate_limit": "often"}, "`often` is not a rate"),
        ({"failure_limit": "0/minute"}, "`0/minute` is not a rate"),
        ({"jwt_issuer": "x"}, "JWT_ISSUER, JWT_AUDIENCE and JWT_KEYS are set together"),
        (
            {"jwt_issuer": "x", "jwt_audience": "y", "jwt_keys": "z", "jwt_algorithms": ("HS256",)},
            "JWT_ALGORITHMS: `HS256` is not allowed",
        ),
    ],
)
def test_what_is_set_about_callers_must_fit(given: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(told)):
        Settings(**given).callers()
