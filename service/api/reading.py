"""Reading what was recorded: each view asks here for what it shows, and gets it only where it may show it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final, NamedTuple

from flask import request

from service import messages_callers
from service.access import HEADER, KIND, Access, Reading
from service.api import who
from service.callers import Caller
from service.decide import DecisionService
from service.ledger import Entry
from service.masking import holds_private, open_to_sight, private_facts
from service.problems import Fault, Refusal
from service.releases import KIND as RELEASE

_NOBODYS = (RELEASE, KIND)
"""Kinds of entries without anything of customers; reading them is not recorded, or reading would never end."""
_PAGING: Final = ("cursor", "limit")


class Seen(NamedTuple):
    """An entry that may be shown, and whether private facts are to be masked in what is."""

    entry: Entry
    masked: bool


class Reader:
    """Reads for the caller of the present request. Where nobody is asked who it is, everybody reads everything."""

    def __init__(self, service: DecisionService) -> None:
        self._service = service
        self._access = Access(service)

    def decision(self, decision_id: str, part: str) -> Seen | None:
        """A recorded decision, of which `part` is to be shown; None where there is none that the caller may know of.

        The owner reads its own; others only with `read_log` or `admin`, and each reading is decided and recorded.
        Raises as `Access.to`.
        """
        entry, caller = self.known(decision_id), who.caller(request.environ)
        if entry is None or caller is None or caller.owns(entry.content.get("caller")):
            return None if entry is None else Seen(entry, masked=False)
        sensitive = holds_private(entry.content, self._private)
        what = {"decision_id": entry.entry_id, "part": part}
        return Seen(entry, self._read(caller, Reading(what, entry.document["subject"], sensitive)))

    def known(self, decision_id: str) -> Entry | None:
        """A recorded decision that the caller may know of; reading it is another matter."""
        entry = self._service.recorded(decision_id) if decision_id.isascii() else None
        caller = who.caller(request.environ)
        if entry is None or caller is None or caller.reads_all or caller.owns(entry.content.get("caller")):
            return entry
        return None

    def bytes_of(self, entry: Entry) -> None:
        """Before an entry is shown as it is hashed, by itself or in a receipt.

        Raises as `Access.to`, and `Refusal` (403) where private facts were to be masked, which bytes cannot be.
        """
        caller = who.caller(request.environ)
        if caller is None or entry.kind in _NOBODYS or caller.owns(entry.content.get("caller")):
            return
        sensitive = open_to_sight(entry.content, self._private)
        what = {"index": entry.index, "part": "bytes"}
        if self._read(caller, Reading(what, entry.document["subject"], sensitive)) and sensitive:
            raise Refusal(messages_callers.FORBIDDEN, (Fault(messages_callers.CANNOT_MASK, ""),))

    def exported(self, filters: Mapping[str, str]) -> None:
        """Before entries are taken away as they are hashed, whatever they hold. Raises as `bytes_of`."""
        caller = who.caller(request.environ)
        if caller is None:
            return
        reading = Reading({"export": dict(filters)}, filters.get("subject"), sensitive=True, operation="export")
        if self._read(caller, reading):
            raise Refusal(messages_callers.FORBIDDEN, (Fault(messages_callers.CANNOT_MASK, ""),))

    def searched(self, things: str, found: list[str] | int) -> None:
        """Before what a search has found is listed or counted, without its facts. Raises as `Access.to`.

        The words that were looked for are on record by their hash alone: they may be a person's.
        """
        caller = who.caller(request.environ)
        if caller is None or not caller.reads_all or not found:
            return
        filters = {name: value for name, value in request.args.items() if name not in _PAGING}
        if "q" in filters:
            filters["q"] = f"sha256:{hashlib.sha256(filters['q'].encode('utf-8', 'replace')).hexdigest()}"
        what = {"search": things, "filters": filters, "found": found}
        self._read(caller, Reading(what, filters.get("subject"), sensitive=False))

    def own_only(self) -> str | None:
        """The caller, by its id, if it may know of nothing but its own."""
        caller = who.caller(request.environ)
        return None if caller is None or caller.reads_all else caller.id

    @property
    def _private(self) -> frozenset[str]:
        return private_facts(self._service.decider.policy.checked)

    def _read(self, caller: Caller, reading: Reading) -> bool:
        return self._access.to(reading, caller, request.headers.get(HEADER))
