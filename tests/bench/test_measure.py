"""What a measurement says of the machine it ran on."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import pytest

from bench import measure


def test_the_machine_is_told_where_no_peer_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_peers(package: str) -> str:
        if package == "zen-engine":
            raise PackageNotFoundError(package)
        return version(package)

    monkeypatch.setattr(measure, "version", without_peers)
    told = measure.machine(workers=2)
    assert told.endswith(f"; durable_rules {version('durable_rules')}")
    assert "2 workers" in told
