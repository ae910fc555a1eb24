"""What durable_rules 2.0.28 holds. Beyond these numbers it fails, hangs or crashes; all were measured.

The compiler stays far below each of them (see `shard`), so that no valid policy has to be refused.
"""

from __future__ import annotations

from typing import Final

MAX_RULES: Final = 4_096
"""Rules in one network; one more is error 106."""

MAX_ALPHA_NODES: Final = 511
"""Tests below one node; one more loops for ever when the network is made or a message comes in."""

MAX_MATCHING_NODES: Final = 64
"""Tests that may hold at once for one message; one more is error 303, and only for some messages."""

MAX_PROPERTIES: Final = 253
"""Properties of one message; one more is error 302."""

MAX_INTEGER: Final = 10**18 - 1
"""Beyond 2^63 an integer silently becomes another. 18 decimal digits stay inside ±2^62, and a decimal
context of that precision refuses what is larger at no cost."""

LEAF_ALTERNATIVES: Final = 24
"""Alternatives in one network. Each adds at most one pending test to the matcher, so that 64 is never
reached, and a network of this size is as quick as one of four."""

LEAF_PROPERTIES: Final = 200
"""Properties that one network may read."""

MAX_DISJUNCTION: Final = 16
"""Alternatives that one rule may become; a condition with more is computed as one boolean instead."""
