"""A caller, once it is known who it is."""

from __future__ import annotations

from dataclasses import dataclass

from service.callers.scopes import TO_READ_LOG, Role, Scope


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `id` stands in the record: a key's id, or `jwt:` and the subject of a token."""

    id: str
    scopes: frozenset[Scope]
    role: Role | None = None
    """None for a token that names scopes and no role."""
    rate: str | None = None
    """How often it may ask, as in `100/minute`; None for what all may."""

    @property
    def reads_all(self) -> bool:
        """Whether it may ask for what others had decided."""
        return not self.scopes.isdisjoint(TO_READ_LOG)

    def owns(self, recorded: str | None) -> bool:
        """Whether an entry that records this caller is its own; one that records nobody is nobody's."""
        return recorded == self.id
