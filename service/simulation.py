"""What would be decided if a policy were another one: nothing is recorded, and nothing of it counts."""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import orjson

from service import json_reader, messages, messages_api
from service.decide import Decider, DecisionService
from service.draft import Draft, values_of
from service.problems import Fault, Refusal, pointer
from service.record import LARGE, Decision
from service.repository import LoadedPolicy
from service.request import MEMBERS, canonical

Json = dict[str, Any]

OF_ITS_OWN: Final = ("parameters", "policy", "release")
MAX_FILES: Final = 200
MAX_FILE: Final = 128 * 1024
MAX_ALL: Final = 512 * 1024
"""Characters of one file of a draft, and of all together: what is checked in seconds, not minutes."""
KEPT: Final = 4
"""Drafts that stay compiled, so that many cases can be tried on each."""
PATIENCE: Final = 2.0
"""Seconds that a caller waits for the drafts before it."""
TURN: Final = 0.05
"""Seconds that a caller waits for the simulations before it; then it goes on beside them, for one may take long."""

MAX_NAME: Final = 200
NAME: Final = r"^(?:(?!\.\.?/)[^/\\\x00-\x1f\x7f]+/)*[^/\\\x00-\x1f\x7f]+\.ya?ml$"
"""The name of a policy file, with its folders."""

_NAME: Final = re.compile(NAME)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and the policy that it is to be tried on."""

    request: Any
    release: str | None
    draft: Draft


class Simulator:
    """Decides by drafts and by older releases; compiles one draft at a time, for that is work.

    It decides one at a time too. Nothing in it waits for anything but the interpreter, and threads that wait for
    that are not served in order: under load one in a hundred would wait twice as long.
    """

    def __init__(self, service: DecisionService, patience: float = PATIENCE, turn: float = TURN) -> None:
        self._service = service
        self._patience = patience
        self._turn = turn
        self._deciding = threading.Lock()
        self._compiling = threading.Lock()
        self._kept: OrderedDict[bytes, LoadedPolicy] = OrderedDict()

    def simulate(self, text: bytes) -> bytes:
        """What would be decided, and what would change, as JSON; the request is JSON too.

        Raises `Refusal` with every fault of the request or the draft, or if too many drafts come at once;
        `ReleaseUnusable`; the ledger's errors.
        """
        with self._in_turn():
            asked = read(json_reader.read(text))
            in_force = self._service.decider_for(asked.request)
            if asked.release is None and asked.draft.empty:
                return orjson.dumps(simulated(in_force, in_force, asked))
        base = in_force if asked.release is None else self._of(asked.release)
        policy = self._compiled(base.policy, asked.draft)
        decider = base if policy is base.policy else base.under(policy)
        with self._in_turn():
            return orjson.dumps(simulated(decider, in_force, asked))

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        mine = self._deciding.acquire(timeout=self._turn)
        try:
            yield
        finally:
            if mine:
                self._deciding.release()

    def _of(self, release: str) -> Decider:
        found = self._service.releases.find(release)
        if found is None:
            raise Refusal(messages.INVALID, (Fault(messages_api.unknown_release(release), "/release"),))
        return self._service.decider_of(release)

    def _compiled(self, base: LoadedPolicy, draft: Draft) -> LoadedPolicy:
        if draft.empty:
            return base
        key = hashlib.sha256(canonical([base.checked.release, draft.files, draft.parameters])).digest()
        known = self._kept.get(key)
        if known is not None:
            return known
        if not self._compiling.acquire(timeout=self._patience):
            raise Refusal(messages_api.BUSY, headers={"Retry-After": "2"})
        try:
            policy = self._kept.get(key) or draft.compiled(base)
            if policy is not base:
                self._kept[key] = policy
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return policy
        finally:
            self._compiling.release()


def read(value: Any) -> Asked:
    """The request and the draft in a JSON value. Raises `Refusal` (422) with every fault of the draft's form."""
    if not isinstance(value, dict):
        raise Refusal(messages.INVALID, (Fault(messages.wrong_type("an object", value), ""),))
    known = (*MEMBERS, *OF_ITS_OWN)
    wrong = [Fault(messages.unknown_member(name, known), pointer((name,))) for name in value if name not in known]
    parameters, policy, release = (value.get(name) for name in OF_ITS_OWN)
    if parameters is not None and not isinstance(parameters, dict):
        wrong.append(Fault(messages.wrong_type("an object", parameters), "/parameters"))
    if release is not None and not isinstance(release, str):
        wrong.append(Fault(messages.wrong_type("a string", release), "/release"))
    files = _files(policy, wrong) if policy is not None else {}
    if wrong:
        raise Refusal(messages.INVALID, tuple(wrong))
    request = {name: item for name, item in value.items() if name in MEMBERS}
    return Asked(request, release, Draft(files, parameters or {}))


def _files(policy: Any, wrong: list[Fault]) -> Mapping[str, str | None]:
    """The files of a draft; what is wrong with them is added to `wrong`."""
    if not isinstance(policy, dict):
        wrong.append(Fault(messages.wrong_type("an object", policy), "/policy"))
        return {}
    wrong += [
        Fault(messages.unknown_member(name, ("files",)), pointer(("policy", name)))
        for name in policy
        if name != "files"
    ]
    files = policy.get("files")
    if not isinstance(files, dict):
        complaint = messages.wrong_type("an object", files) if "files" in policy else messages.NEEDED
        wrong.append(Fault(complaint, "/policy/files"))
        return {}
    if len(files) > MAX_FILES:
        wrong.append(Fault(messages.too_many(len(files), MAX_FILES), "/policy/files"))
    length = sum(len(text) for text in files.values() if isinstance(text, str))
    if length > MAX_ALL:
        wrong.append(Fault(messages_api.draft_too_large(length, MAX_ALL), "/policy/files"))
    for name, text in files.items():
        at = pointer(("policy", "files", name))
        if len(name) > MAX_NAME or _NAME.fullmatch(name) is None:
            wrong.append(Fault(messages_api.bad_file_name(name), at))
        if text is not None and not isinstance(text, str):
            wrong.append(Fault(messages.wrong_type("the text of a file, or null to take it away", text), at))
        elif text is not None and len(text) > MAX_FILE:
            wrong.append(Fault(messages_api.file_too_large(len(text), MAX_FILE), at))
    return files


def simulated(decider: Decider, in_force: Decider, asked: Asked) -> Json:
    """The answer of one decider, and how that of the other differs. Raises `Refusal` with every fault."""
    decision, draft = decider.decide(asked.request), asked.draft
    return {
        "simulation": True,
        **_shown(decision),
        "draft": {
            "files": sorted(draft.files),
            "parameters": values_of(decider.policy.checked.policy, draft.parameters),
        },
        **(_compared(in_force, asked.request, decision) if decider is not in_force else _the_same(decision)),
    }


def _shown(decision: Decision) -> Json:
    """The decision as it would be answered, without what only a record has."""
    content = decision.content
    members = {"status": content["status"], "subject": decision.subject, "as_of": decision.as_of.isoformat()}
    return members | {name: content[name] for name in LARGE}


def _the_same(decision: Decision) -> Json:
    """Compared with itself."""
    content = decision.content
    return {
        "compared_with": {"policy": content["policy"], "status": content["status"], "problem": None},
        "changes": {"rulesets": {}, "actions_added": [], "actions_removed": []},
    }


def _compared(in_force: Decider, request: Any, decision: Decision) -> Json:
    """What the release in force answers, and the differences; None where it cannot read the request."""
    checked = in_force.policy.checked
    policy = {"release": checked.release, "label": checked.policy.label}
    try:
        before = in_force.decide(request).content
    except Refusal as refusal:
        return {"compared_with": {"policy": policy, "status": None, "problem": refusal.as_json()}, "changes": None}
    compared = {"policy": policy, "status": before["status"], "problem": None}
    return {"compared_with": compared, "changes": changes(_plain(before), _plain(decision.content))}


def _plain(content: Json) -> Json:
    """What can be compared of a decision."""
    plain: Json = orjson.loads(orjson.dumps({name: content[name] for name in ("outcomes", "required_actions")}))
    return plain


def changes(before: Json, after: Json) -> Json:
    """From one answer to another: rulesets with another status or other values, actions that come and go."""
    names = {**before["outcomes"], **after["outcomes"]}
    rulesets = {
        name: {"before": old, "after": new}
        for name in names
        if (old := _gist(before, name)) != (new := _gist(after, name))
    }
    was, is_now = _duties(before), _duties(after)
    return {
        "rulesets": rulesets,
        "actions_added": [one for one in is_now if one not in was],
        "actions_removed": [one for one in was if one not in is_now],
    }


def _gist(document: Json, name: str) -> Json | None:
    outcome = document["outcomes"].get(name)
    return None if outcome is None else {"status": outcome["status"], "values": outcome["values"]}


def _duties(document: Json) -> list[Json]:
    """What makes each required action the same one, whichever rule asks for it."""
    same = ("action", "by", "to", "due", "params")
    return [{name: action[name] for name in same} for action in document["required_actions"]]
