"""Where checks put what they find."""

from __future__ import annotations

from dataclasses import dataclass, field

from rules.check.messages import Finding
from rules.errors import Diagnostic, PolicyError, Severity
from rules.source import Span


@dataclass(slots=True)
class Findings:
    """Collects diagnostics; errors stop the policy, warnings travel with it."""

    diagnostics: list[Diagnostic] = field(default_factory=list)

    def add(self, span: Span, finding: Finding, severity: Severity = "error") -> None:
        """Ties a finding to its place."""
        self.diagnostics.append(Diagnostic(finding.code, span, finding.message, finding.hint, "", severity))

    def raise_errors(self) -> None:
        """Raises PolicyError with everything found so far if any of it is an error."""
        if any(d.severity == "error" for d in self.diagnostics):
            raise PolicyError(self.diagnostics)
