"""The Rete engine, on durable_rules. See README.md for how it is built and what may not happen here."""

from rules.engines.durable.engine import DurableEngine

__all__ = ["DurableEngine"]
