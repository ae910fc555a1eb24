"""What a caller may do: scopes, the roles that bring them, and what a route needs of them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """One thing that a caller may do."""

    DECIDE = "decide"
    """Have decisions made and recorded, and read one's own."""
    SIMULATE = "simulate"
    """Try out decisions that nothing is recorded of."""
    READ_LOG = "read_log"
    """Read what was decided for anybody; each reading is decided and recorded itself."""
    RELEASE = "release"
    """Review decisions and bring policies into force."""
    ADMIN = "admin"
    """Keep the service."""


class Role(StrEnum):
    """What a key is for; it brings the scopes that the work needs."""

    INTEGRATOR = "integrator"
    AUDITOR = "auditor"
    COMPLIANCE = "compliance"
    ADMINISTRATOR = "administrator"


SCOPES_OF: Final[Mapping[Role, frozenset[Scope]]] = {
    Role.INTEGRATOR: frozenset({Scope.DECIDE, Scope.SIMULATE}),
    Role.AUDITOR: frozenset({Scope.READ_LOG}),
    Role.COMPLIANCE: frozenset({Scope.SIMULATE, Scope.READ_LOG, Scope.RELEASE}),
    Role.ADMINISTRATOR: frozenset(Scope),
}
"""A key may be given fewer scopes than its role brings, never others."""

Needs = frozenset[Scope]
"""Scopes of which a caller must have one; none at all where anybody may ask, even without a key."""

OPEN: Final[Needs] = frozenset()
ANY: Final[Needs] = frozenset(Scope)
"""Whoever has a key."""
TO_DECIDE: Final[Needs] = frozenset({Scope.DECIDE})
TO_SIMULATE: Final[Needs] = frozenset({Scope.SIMULATE})
TO_CALCULATE: Final[Needs] = frozenset({Scope.DECIDE, Scope.SIMULATE})
TO_READ: Final[Needs] = frozenset({Scope.DECIDE, Scope.READ_LOG, Scope.ADMIN})
"""For what belongs to a caller: who may only decide reads its own (`Caller.reads_all`)."""
TO_READ_LOG: Final[Needs] = frozenset({Scope.READ_LOG, Scope.ADMIN})
TO_REPORT: Final[Needs] = frozenset({Scope.DECIDE, Scope.ADMIN})
TO_RELEASE: Final[Needs] = frozenset({Scope.RELEASE})
TO_ADMINISTER: Final[Needs] = frozenset({Scope.ADMIN})
