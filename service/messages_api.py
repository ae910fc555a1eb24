"""What callers of batches and simulations are told, and what any caller is told of HTTP itself."""

from __future__ import annotations

from typing import Final

from service.problems import Complaint, Kind

KINDS: Final[tuple[Kind, ...]] = ()

NO_ITEMS: Final = Complaint("empty", "the batch is empty", "send 1 to 1,000 requests in `items`")
ITEM_TOO_LARGE: Final = Complaint("item-too-large", "the item has more than 1,048,576 bytes")


def most_bytes(most: int) -> str:
    """How large a body may be."""
    return f"a body may have {most:,} bytes here; nothing was decided"
