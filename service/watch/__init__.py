"""Numbers for Prometheus and a log without personal data."""

from service.watch.lines import Lines
from service.watch.notes import Answered
from service.watch.shared import Shared
from service.watch.tallies import Tallies, exposition
from service.watch.watch import Watch

__all__ = ["Answered", "Lines", "Shared", "Tallies", "Watch", "exposition"]
