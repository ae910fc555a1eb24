"""A client of the policy decision service: decisions asked for safely and verified against the log.

    with Client("https://decisions.example", key=…, verify_with=…) as client:
        decision = client.decide({"order": {"amount": Decimal("20000.00")}}, decide=["limit_escalation"])
"""

from policy_decisions_client.client import AsyncClient, Client
from policy_decisions_client.errors import (
    ClientError,
    Fault,
    InvalidFacts,
    NotVerified,
    ProblemError,
    ProofError,
    UnexpectedAnswer,
    Unreachable,
)
from policy_decisions_client.facts import Request
from policy_decisions_client.models import Decision, Outcome, RequiredAction, Simulation
from policy_decisions_client.proofs import PublicKey, Receipt
from policy_decisions_client.retry import Retry

__all__ = [
    "AsyncClient", "Client", "ClientError", "Decision", "Fault", "InvalidFacts", "NotVerified", "Outcome",
    "ProblemError", "ProofError", "PublicKey", "Receipt", "Request", "RequiredAction", "Retry", "Simulation",
    "UnexpectedAnswer", "Unreachable",
]  # fmt: skip
