"""The part of the API document about numbers for Prometheus."""

from __future__ import annotations

from typing import Any, Final

METRICS: Final[dict[str, Any]] = {
    "responses": {
        "200": {
            "description": "The numbers of all processes of the service, in the text format 0.0.4 of Prometheus;"
            " what each means and when to be alarmed is in `docs/metrics.md`.",
            "content": {
                "text/plain": {
                    "schema": {"type": "string"},
                    "example": "# TYPE policy_decisions_total counter\n"
                    'policy_decisions_total{ruleset="credit_tier",status="decided"} 1.0\n',
                }
            },
        }
    }
}
