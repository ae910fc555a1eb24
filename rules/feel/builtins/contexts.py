"""Functions on contexts (DMN 1.5, table 78)."""

from __future__ import annotations

from typing import Final

from rules.feel.builtins.base import Builtin, builtin, overload
from rules.feel.errors import FeelFault
from rules.feel.kinds import described
from rules.model.values import Value


def get_value(m: dict[str, Value], key: Value) -> Value:
    """The entry, or null; a list of keys leads through nested contexts."""
    if key is None or isinstance(key, str):
        return m.get(key) if key is not None else None
    path = key if isinstance(key, list) else None
    if not path or not all(isinstance(step, str) for step in path):
        raise FeelFault(f"`key` takes a string or a list of strings, not {described(key)}")
    found: Value = m
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    return found


def get_entries(m: dict[str, Value]) -> Value:
    """The entries as a list of contexts with `key` and `value`."""
    return [{"key": key, "value": value} for key, value in m.items()]


def context(entries: list[Value]) -> Value:
    """The context that `get_entries` would take apart into these entries; raises where a key comes twice."""
    made: dict[str, Value] = {}
    for entry in entries:
        if not isinstance(entry, dict) or not {"key", "value"} <= entry.keys():
            raise FeelFault("`context` takes contexts with `key` and `value`")
        key = entry["key"]
        if not isinstance(key, str):
            raise FeelFault(f"a key is a string, not {described(key)}")
        if key in made:
            raise FeelFault(f"the key `{key}` is there twice")
        made[key] = entry["value"]
    return made


def context_put(into: dict[str, Value], key: str, value: Value) -> Value:
    """The context with the entry set."""
    return {**into, key: value}


def context_put_deep(into: dict[str, Value], keys: list[Value], value: Value) -> Value:
    """The context with an entry set within nested contexts, which must be there."""
    if not keys or not all(isinstance(key, str) for key in keys):
        raise FeelFault("`keys` takes a list of strings that is not empty")
    key, rest = keys[0], keys[1:]
    if not rest:
        return {**into, key: value}
    inner = into.get(key)
    if not isinstance(inner, dict):
        raise FeelFault(f"the entry `{key}` is {described(inner)}, not a context")
    return {**into, key: context_put_deep(inner, rest, value)}


def context_merge(contexts: list[Value]) -> Value:
    """The entries of all; of the same key the last stays."""
    merged: dict[str, Value] = {}
    for part in contexts:
        if not isinstance(part, dict):
            raise FeelFault(f"`context merge` takes contexts, not {described(part)}")
        merged.update(part)
    return merged


CONTEXTS: Final[tuple[Builtin, ...]] = (
    builtin("get value", overload("m: context, key: any -> any", get_value)),
    builtin("get entries", overload("m: context -> list", get_entries)),
    builtin("context", overload("entries: list -> context", context)),
    builtin(
        "context put",
        overload("context: context, key: string, value: any -> context", context_put),
        overload("context: context, keys: list, value: any -> context", context_put_deep),
    ),
    builtin("context merge", overload("contexts: list -> context", context_merge)),
)
