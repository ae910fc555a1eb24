"""Diagnostics for programs: JSON, and the workflow commands of GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterable

from rules.errors import Diagnostic


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """An array of objects; lines and columns count from 1, in code points, `end_column` is the one after."""
    return json.dumps([_object(one) for one in diagnostics], ensure_ascii=False, indent=2)


def _object(one: Diagnostic) -> dict[str, str | int]:
    return {
        "code": one.code,
        "severity": one.severity,
        "file": one.span.file,
        "line": one.span.line,
        "column": one.span.column,
        "end_column": one.span.column + one.span.length,
        "path": one.path,
        "message": one.message,
        "hint": one.hint,
        "docs": one.docs,
    }


def as_annotation(one: Diagnostic, folder: str) -> str:
    """`::error file=…,line=…,col=…,endColumn=…,title=…::…`; `folder` leads to the file."""
    span = one.span
    properties = {
        "file": f"{folder}/{span.file}" if folder not in ("", ".") else span.file,
        "line": str(span.line),
        "col": str(span.column),
        "endColumn": str(span.column + span.length),
        "title": one.code,
    }
    listed = ",".join(f"{name}={_escaped(value, _PROPERTY)}" for name, value in properties.items())
    text = "\n".join(part for part in (one.message, one.hint, f"see {one.docs}") if part)
    return f"::{one.severity} {listed}::{_escaped(text, _DATA)}"


_DATA = "%\r\n"
_PROPERTY = "%\r\n:,"


def _escaped(text: str, signs: str) -> str:
    return "".join(f"%{ord(c):02X}" if c in signs else c for c in text)
