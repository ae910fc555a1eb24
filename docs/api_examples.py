"""Runs the scenario against the service, with the clock stopped, and keeps what it answers as examples."""

from __future__ import annotations

import datetime as dt
import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from docs.api_scenario import STEPS, Step
from service.api import create_app, examples
from service.clock import Ids
from service.decide import Decider, DecisionService
from service.ledger import Log, Places
from service.ledger.keys import VARIABLE
from service.proofs.notes import private_text
from service.repository import check_texts, load_policy, read_texts

Json = dict[str, Any]

ROOT: Final = Path(__file__).parent.parent
MOMENT: Final = dt.datetime(2026, 11, 23, 7, 20, 31, 123456, dt.UTC)
_ORIGIN: Final = "decisions.example"
_MOST_ITEMS: Final = 3
_MOST_TEXT: Final = 1500
_MAPS: Final = ("files", "facts", "depends_on")
_CHANGING: Final = (
    (re.compile(r"[0-9a-f]{64}"), "#"),
    (re.compile(r"[0-9a-f]{32}(?=\.erased)"), "#"),
    (re.compile(r"(?<=[+ ])[0-9a-f]{8}(?=\+)"), "#"),
    (re.compile(r"[A-Za-z0-9+/]{40,}={0,2}"), "#"),
    (re.compile(r"durable_rules [0-9.]+"), "durable_rules"),
)
"""Hashes, keys and signatures, which any change of the policy or of the record changes."""


class _Stopped:
    def now(self) -> dt.datetime:
        return MOMENT


class _Counted(Ids):
    def __init__(self) -> None:
        self._count = 0
        super().__init__(self._next)

    def _next(self, length: int) -> bytes:
        self._count += 1
        return self._count.to_bytes(length, "big")


def recorded() -> Json:
    """The examples by operation, as the service answers now."""
    found: defaultdict[str, list[Json]] = defaultdict(list)
    with client() as service:
        memory: Json = {}
        for step in STEPS:
            found[step.operation].append(_example(service, step, memory))
    return dict(found)


@contextmanager
def client() -> Iterator[Any]:
    """A client of the whole service, with the policies as they are, an empty ledger, and a key that is no secret."""
    with tempfile.TemporaryDirectory() as folder:
        places = Places(Path(folder) / "ledger.sqlite", Path(folder) / "signing.key", _ORIGIN)
        log = Log.open(places, {VARIABLE: private_text(_ORIGIN, bytes(32))})
        policy = load_policy(check_texts(read_texts(ROOT / "policies")))
        service = DecisionService(Decider(policy, "always", _Stopped(), _Counted()), log.ledger)
        yield create_app(service, log).test_client()
        log.close()


def page() -> str:
    """`examples.json`: as it is, unless an answer has changed in more than its hashes."""
    try:
        before = examples.recorded()
    except json.JSONDecodeError:
        before = {}  # two changes met in the file; what the service answers settles it
    return _written({name: _kept(before.get(name, []), now) for name, now in recorded().items()})


def _kept(before: list[Json], now: list[Json]) -> list[Json]:
    """The examples of one operation: those of before, where they still say the same."""
    same = {masked(example): example for example in before}
    return [same.get(masked(example), example) for example in now]


def masked(found: Any) -> str:
    """The examples without what every change of policy or record changes."""
    text = _written(found)
    for pattern, stand_in in _CHANGING:
        text = pattern.sub(stand_in, text)
    return text


def _written(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _example(client: Any, step: Step, memory: Json) -> Json:
    method, _, template = step.operation.partition(" ")
    path = (step.path or template).format(**memory)
    answer = client.open(path, method=method, json=step.body, headers=step.headers)
    media_type = answer.mimetype
    whole = answer.get_json(force=True) if media_type.endswith("json") and "ndjson" not in media_type else answer.text
    memory[step.name] = whole
    shown = shortened(whole)
    example: Json = {"name": step.name, "summary": step.summary, "path": path}
    if step.headers:
        example["headers"] = step.headers
    if step.body is not None:
        example["body"] = step.body
    example |= {"status": answer.status_code, "media_type": media_type, "answer": shown}
    return example | ({"shortened": True} if shown != whole else {})


def shortened(value: Any, name: str = "") -> Any:
    """A value with its long lists and texts, and the maps of a whole policy, cut short."""
    match value:
        case dict():
            kept = list(value.items())[:_MOST_ITEMS] if name in _MAPS else value.items()
            return {key: shortened(item, key) for key, item in kept}
        case list():
            return [shortened(item) for item in value[:_MOST_ITEMS]]
        case str() if name and len(value) > _MOST_TEXT:
            return value[:_MOST_TEXT] + "…"
    return value
