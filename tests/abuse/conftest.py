"""The service as it is run, for those who do not mean well."""

from __future__ import annotations

from tests.service.conftest import policy
from tests.system.conftest import running, serve

__all__ = ["policy", "running", "serve"]
