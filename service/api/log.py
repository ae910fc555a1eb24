"""`/v1/log`: the ledger as a transparency log: its checkpoint, its entries as they are hashed, its proofs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import orjson
from flask import Response, abort, request
from werkzeug.datastructures import MultiDict

from service import messages, messages_search
from service.api import log_document
from service.api.reading import Reader
from service.api.routes import Routes
from service.callers.scopes import ANY, TO_READ_LOG
from service.ledger import Proofs
from service.problems import Fault, Refusal

_NUMERAL: Final = re.compile("0|[1-9][0-9]{0,15}")


def blueprint(log: Proofs, reader: Reader) -> Routes:
    """The routes under `/v1/log`."""
    routes = Routes("log", "check the record without trusting the service")

    @routes.at("/v1/log/checkpoint", log_document.CHECKPOINT, needs=ANY)
    def checkpoint() -> Response:
        """The size and root of the log now, signed (C2SP tlog-checkpoint)"""
        return _text(log.checkpoint())

    @routes.at("/v1/log/key", log_document.KEY, needs=ANY)
    def key() -> Response:
        """The public key of the checkpoints; take it from the operator to rely on it"""
        return _text(f"{log.key}\n")

    @routes.at("/v1/log/entries/<index>", log_document.ENTRY, needs=TO_READ_LOG)
    def entry(index: str) -> Response:
        """One entry, the very bytes that are hashed"""
        found = log.ledger.at(int(index)) if _NUMERAL.fullmatch(index) else None
        if found is None:
            abort(404)
        reader.bytes_of(found)
        # An entry never changes, but it is nobody else's to keep.
        headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
        return Response(found.canonical, headers=headers)

    @routes.at("/v1/log/proof/inclusion", log_document.INCLUSION, needs=ANY)
    def inclusion() -> Response:
        """That an entry is in the log of a size (RFC 6962, 2.1.1)"""
        index, size = _numbers("index", log.ledger.head.size)
        hashes = log.ledger.inclusion_proof(index, size)
        return _json({"index": index, "size": size, "hashes": [one.hex() for one in hashes]})

    @routes.at("/v1/log/proof/consistency", log_document.CONSISTENCY, needs=ANY)
    def consistency() -> Response:
        """That the log of a size begins with the log of an older size (RFC 6962, 2.1.2)"""
        old, size = _numbers("old", log.ledger.head.size)
        hashes = log.ledger.consistency_proof(old, size)
        return _json({"old": old, "size": size, "hashes": [one.hex() for one in hashes]})

    return routes


def _numbers(name: str, now: int) -> tuple[int, int]:
    """The number asked about and `size`, which is the present one if it is left out. Raises `Refusal` (422)."""
    wrong = list(_misnamed(request.args, (name, "size")))
    size = _number(request.args.get("size", str(now)), "size", 1, now, wrong)
    lowest, highest = (0, size - 1) if name == "index" else (1, size)
    number = _number(request.args.get(name, ""), name, lowest, highest, wrong)
    if wrong:
        raise Refusal(messages.BAD_QUERY, tuple(wrong))
    return number, size


def _misnamed(args: MultiDict[str, str], known: tuple[str, ...]) -> Iterator[Fault]:
    for name in args:
        if name not in known:
            yield Fault(messages_search.unknown_parameter(name, known), name, "parameter")
        elif len(args.getlist(name)) > 1:
            yield Fault(messages_search.repeated_parameter(name), name, "parameter")


def _number(text: str, name: str, lowest: int, highest: int, wrong: list[Fault]) -> int:
    if _NUMERAL.fullmatch(text) and lowest <= int(text) <= highest:
        return int(text)
    wrong.append(Fault(messages_search.bad_place(text, lowest, highest), name, "parameter"))
    return highest


def _text(text: str) -> Response:
    headers = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
    return Response(text, headers=headers)


def _json(members: dict[str, object]) -> Response:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return Response(orjson.dumps(members), headers=headers)
