"""Canonical bytes: RFC 8785 (JSON Canonicalization Scheme) over the values that an entry may hold.

The values are dict with text keys, list, str, bool, None and int within ±(2^53 − 1). There is no float:
decimals arrive as text, so the number serialisation of ECMAScript, the hard part of RFC 8785, is never
needed and orjson with sorted keys writes the same bytes as the reference (a property test holds them equal).
"""

from __future__ import annotations

from typing import Any

import orjson

from service.ledger.errors import CanonicalError

MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader holds exactly (RFC 8785, section 3.2.2.3; RFC 7493)."""

MAX_DEPTH = 100
"""How many lists and objects may stand inside each other; orjson itself stops at 254."""

JsonObject = dict[str, Any]
"""A JSON object of the values named above."""

Written = orjson.Fragment
"""A value that is canonical bytes already, as `written` makes it; it may stand wherever a value may."""

_BEYOND_BMP = "\uffff"


def canonical_bytes(value: object) -> bytes:
    """The RFC 8785 bytes (UTF-8) of a value.

    Raises `CanonicalError` with the place for any other type (subclasses too), an integer out of range,
    a lone surrogate, a key that is not text, or more than `MAX_DEPTH` levels.
    """
    if _check(value, MAX_DEPTH):
        return orjson.dumps(_in_utf16_order(value))
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def written(value: object) -> Written:
    """A value made canonical once, to be a part of many: nothing in it is looked at again.

    Raises as `canonical_bytes` does.
    """
    return Written(canonical_bytes(value))


def _check(value: object, levels: int) -> bool:
    """Refuse what has no canonical form; true if some key has a character beyond the BMP."""
    kind = type(value)
    if kind is dict:
        return _check_object(value, levels)  # type: ignore[arg-type]
    if kind is list:
        return _check_list(value, levels)  # type: ignore[arg-type]
    if kind is str:
        _check_text(value)  # type: ignore[arg-type]
    elif kind is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:  # type: ignore[operator]
            raise CanonicalError("an integer beyond ±(2^53 − 1); write it as text")
    elif value is not None and kind is not bool and kind is not Written:
        hint = "; write decimals as text" if kind.__name__ in ("float", "Decimal") else ""
        raise CanonicalError(f"a value of type `{kind.__name__}` has no canonical form{hint}")
    return False


def _check_object(value: dict[object, object], levels: int) -> bool:
    if not levels:
        raise CanonicalError(f"nested deeper than {MAX_DEPTH} levels")
    beyond = False
    for key, item in value.items():
        if type(key) is not str:
            raise CanonicalError(f"a key of type `{type(key).__name__}` is not text")
        try:
            if not key.isascii():
                _check_text(key)
                beyond = beyond or max(key) > _BEYOND_BMP
            if type(item) is str:  # looked at here: most are ASCII, and half the work would be calls
                if not item.isascii():
                    _check_text(item)
            elif item is not None and type(item) is not Written:
                beyond = _check(item, levels - 1) or beyond
        except CanonicalError as error:
            error.path.insert(0, key)
            raise
    return beyond


def _check_list(value: list[object], levels: int) -> bool:
    if not levels:
        raise CanonicalError(f"nested deeper than {MAX_DEPTH} levels")
    beyond = False
    for position, item in enumerate(value):
        try:
            if type(item) is str:
                if not item.isascii():
                    _check_text(item)
            elif item is not None and type(item) is not Written:
                beyond = _check(item, levels - 1) or beyond
        except CanonicalError as error:
            error.path.insert(0, position)
            raise
    return beyond


def _check_text(text: str) -> None:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise CanonicalError(f"a lone surrogate at character {error.start}") from None


def _in_utf16_order(value: Any) -> Any:
    """The value with every object's keys in the order of their UTF-16 code units (RFC 8785, 3.2.3).

    orjson sorts by UTF-8 bytes, which is the same order as long as no key leaves the BMP: a character
    beyond it is two surrogates (D800–DFFF) in UTF-16 and so stands before E000–FFFF, in UTF-8 after.
    """
    if type(value) is dict:
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return {key: _in_utf16_order(value[key]) for key in keys}
    if type(value) is list:
        return [_in_utf16_order(item) for item in value]
    return value
