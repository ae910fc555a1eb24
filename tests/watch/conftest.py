"""The shop of the service's tests."""

from tests.service.conftest import clock, decider, ledger, order, policy

__all__ = ["clock", "decider", "ledger", "order", "policy"]
