"""What can be wrong with a request, as data: the shape of RFC 9457 without any HTTP library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from typing import Literal as OneOf

from service.nearest import nearest

MOST_FAULTS = 100
"""A body can be wrong in half a million places; this many are told, and how many are left out."""

Place = OneOf["pointer", "parameter", "header"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: the last part of its `type`, the HTTP status, what it means in general."""

    slug: str
    status: int
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong, whatever its place.

    `meant` is what was written and the names it could have been; the nearest is only looked for
    when the complaint is told, which happens for the first `MOST_FAULTS` alone.
    """

    code: str
    detail: str
    hint: str = ""
    meant: tuple[str, tuple[str, ...]] | None = None

    def told_hint(self) -> str:
        """The hint: as given, or the nearest known name."""
        if self.hint or self.meant is None:
            return self.hint
        name = nearest(*self.meant)
        return meant(name) if name is not None else ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A complaint at its place: a JSON pointer into the body, a query parameter, or a header."""

    complaint: Complaint
    at: str
    place: Place = "pointer"
    in_file: tuple[str, int, int] | None = None
    """File, line and column, where a text with lines is at fault."""

    def as_json(self) -> dict[str, Any]:
        """One item of `errors`."""
        told: dict[str, Any] = {self.place: self.at, "code": self.complaint.code, "detail": self.complaint.detail}
        if hint := self.complaint.told_hint():
            told["hint"] = hint
        if self.in_file is not None:
            told.update(zip(("file", "line", "column"), self.in_file, strict=True))
        return told


@dataclass(eq=False)  # not frozen: whoever passes it on, as `contextlib` does, sets its traceback
class Refusal(Exception):
    """A request that is not carried out: its kind and everything found wrong with it."""

    kind: Kind
    faults: tuple[Fault, ...] = ()
    detail: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)
    """What the problem document has besides (RFC 9457, section 3.2)."""

    def __post_init__(self) -> None:
        super().__init__(self.detail or self.kind.detail)

    def as_json(self) -> dict[str, Any]:
        """The members of the problem document (RFC 9457, section 3)."""
        document: dict[str, Any] = {
            "type": f"/problems/{self.kind.slug}",
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail or self.kind.detail,
        }
        document["errors"] = [fault.as_json() for fault in self.faults[:MOST_FAULTS]]
        if len(self.faults) > MOST_FAULTS:
            document["more_errors"] = len(self.faults) - MOST_FAULTS
        return {**document, **self.members}


def meant(name: str) -> str:
    """The hint that offers the nearest known name."""
    return f"did you mean `{name}`?"


def pointer(path: Iterable[str | int]) -> str:
    """The RFC 6901 pointer of a path; what cannot be printed is shown as a backslash escape."""
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return "".join("/" + step.encode("utf-8", "backslashreplace").decode() for step in steps)
