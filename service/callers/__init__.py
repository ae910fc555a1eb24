"""Who asks: keys, tokens, what they may do, how often. Knows nothing of HTTP's dispatch, decisions or the ledger."""

from __future__ import annotations

from service.callers.scopes import Needs, Role, Scope
from service.callers.who import Caller

__all__ = ["Caller", "Needs", "Role", "Scope"]
