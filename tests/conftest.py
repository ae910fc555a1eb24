"""What many tests need: the policies, checked once, and how hard Hypothesis works."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from rules.check import check
from rules.check.checked import CheckedPolicySet
from rules.syntax import load

if TYPE_CHECKING:
    from service.repository import LoadedPolicy

ROOT = Path(__file__).parent.parent
POLICIES = ROOT / "policies"

settings.register_profile("default", max_examples=100, deadline=None, derandomize=True,
                          suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
settings.register_profile("nightly", max_examples=10_000, deadline=None,
                          suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def policy_texts() -> dict[str, str]:
    """Every file of the policies folder, by relative name."""
    paths = sorted(POLICIES.rglob("*.yaml"))
    return {p.relative_to(POLICIES).as_posix(): p.read_text(encoding="utf-8") for p in paths}


@pytest.fixture(scope="session")
def texts() -> dict[str, str]:
    return policy_texts()


@pytest.fixture(scope="session")
def checked(texts: dict[str, str]) -> CheckedPolicySet:
    return check(load(texts))


@pytest.fixture(scope="session")
def loaded(checked: CheckedPolicySet) -> LoadedPolicy:
    """The policies with their engines, for many tests."""
    from service.repository import load_policy  # here: modules that are loaded change what Hypothesis generates

    return load_policy(checked)
