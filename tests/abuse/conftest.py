"""The service as it is run, for those who do not mean well."""

from __future__ import annotations

from tests.service.conftest import policy
from tests.system.conftest import serve

__all__ = ["policy", "serve"]
