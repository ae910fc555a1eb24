"""Settings come from the environment, and go back into it unchanged."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.config import Settings, SettingsError, from_environment


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings().environment():
        monkeypatch.delenv(name, raising=False)


def test_the_standard() -> None:
    assert from_environment() == Settings()


def test_they_survive_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(Path("/a b"), Path("c"), "::1", 0, "always", "ERROR", "log.example", Path("/c d"))
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    assert from_environment() == settings


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "x"), ("PORT", "65536"), ("CROSS_CHECK", "sometimes"), ("LOG_LEVEL", "loud")],
)
def test_a_bad_one_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        from_environment()
