"""The example of the client's README, run as it stands against the service as it is run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.conftest import POLICIES, ROOT
from tests.system.conftest import Server, serve, start

__all__ = ["serve"]

README = (ROOT / "client" / "README.md").read_text(encoding="utf-8")


def test_the_example_prints_what_is_shown(serve: Callable[..., Server], tmp_path: Path) -> None:
    code, shown = re.search(r"```python\n(.*?)```\n```\n(.*?)```", README, re.S).groups()  # type: ignore[union-attr]
    server = serve("--auth", "required", policies=POLICIES)
    (caller,) = re.findall(r"Bearer (\S+?)[\'\"]", server.told)
    key = start("key", "--data-dir", str(tmp_path / "data")).communicate()[0].strip()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "client"), "DECISIONS_KEY": caller, "LOG_KEY": key}
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", code.replace("127.0.0.1:8080", f"{server.host}:{server.port}")],
        env={**environment, "PYTHONIOENCODING": "utf-8"}, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.stdout, ran.stderr) == (shown, "")


def test_every_operation_is_told() -> None:
    for name in ("decide", "batch", "simulate", "decision", "explanation", "receipt", "search", "rulesets",
                 "vocabulary", "verify"):  # fmt: skip
        assert re.search(rf"`{name}\(", README), name
