"""The shop of the service's tests, and decisions of it in a ledger."""

from __future__ import annotations

from tests.service.conftest import client, clock, decider, ledger, order, policy, service

__all__ = ["client", "clock", "decider", "ledger", "order", "policy", "service"]
