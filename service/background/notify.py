"""A word to systemd, where it started this process (sd_notify(3))."""

from __future__ import annotations

import os
import socket
from contextlib import suppress


def notify(state: str) -> None:
    """Say `READY=1` or `STOPPING=1` to whoever waits for it; nobody may."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as plug:
        plug.sendto(state.encode(), f"\0{address[1:]}" if address.startswith("@") else address)
