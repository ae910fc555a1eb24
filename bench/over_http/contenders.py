"""Who is compared: the product's ways to decide, and what a user would write instead of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from bench.over_http import servers
from bench.over_http.bodies import Contender

RECORDED, UNRECORDED, BATCH = "every decision on disk before the answer", "no record", "a hundred a request"
PRODUCT = "**product**"


class Running(NamedTuple):
    """The services by what is compared; the first peer is what ratios are to."""

    parts: Mapping[str, Mapping[str, Contender]]


@contextmanager
def running(folder: Path, workers: int) -> Iterator[Running]:
    """All of them started, none of them under load."""
    with ExitStack() as stack:
        product = stack.enter_context(servers.product(folder / "product", workers))
        peers = {
            (form, recorded): stack.enter_context(servers.peer(folder / f"{form}-{recorded}", workers, form, recorded))
            for form in ("tables", "expressions")
            for recorded in (True, False)
        }
        yield Running(
            {
                RECORDED: {
                    "FastAPI + zen tables": Contender(peers["tables", True], "/decisions"),
                    "FastAPI + zen expressions": Contender(peers["expressions", True], "/decisions"),
                    PRODUCT: Contender(product, "/v1/decisions"),
                },
                UNRECORDED: {
                    "FastAPI + zen tables": Contender(peers["tables", False], "/decisions"),
                    "FastAPI + zen expressions": Contender(peers["expressions", False], "/decisions"),
                    f"{PRODUCT}, `/v1/simulations`": Contender(product, "/v1/simulations"),
                },
                BATCH: {
                    "FastAPI + zen tables, no record": Contender(peers["tables", False], "/decisions/batch"),
                    "FastAPI + zen expressions, no record": Contender(peers["expressions", False], "/decisions/batch"),
                    "FastAPI + zen tables, recorded": Contender(peers["tables", True], "/decisions/batch"),
                    f"{PRODUCT}, recorded": Contender(product, "/v1/decisions/batch", "items"),
                },
            }
        )
