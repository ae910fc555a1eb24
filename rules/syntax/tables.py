"""`table:`, a decision table drawn with pipes -> rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from rules.model.policy import ActionCall, Bilingual, Column, Condition, Expression, Output, Rule
from rules.model.types import Enum
from rules.source import Cell, Span
from rules.syntax import actions, cells, messages, shape
from rules.syntax.messages import Spot
from rules.syntax.outputs import bare_value
from rules.syntax.shape import Fields, Found
from rules.syntax.yaml_nodes import Scalar

_OUTPUT = "=>"
_FIXED = ("id", "clause", "actions")


@dataclass(frozen=True, slots=True)
class _Head:
    """The header: where the id, clause and actions stand, and the columns tested and set."""

    places: Mapping[str, int]
    inputs: Mapping[int, Column]
    outputs: Mapping[int, Output]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Texts:
    """`because:` and `notes:` by rule id."""

    because: Mapping[str, Bilingual]
    notes: Mapping[str, str]


def table(fields: Fields, declared: Mapping[str, Output]) -> tuple[Rule, ...]:
    """The rules of a ruleset with a `table:`, `because:` and `notes:`."""
    found = fields.found
    node = shape.scalar(fields.get("table") or fields.node, found)
    if "because" not in fields:
        found.append(messages.missing_key(fields.node, "because"))
    if node is None:
        return ()
    if node.style != "|":
        found.append(messages.not_literal(node))
        return ()
    header, *lines = _lines(node.cell)
    columns, rows = _split(header, found), [_split(line, found) for line in _below(lines)]
    if not columns:
        return ()
    head = _head(columns, declared, Spot(header.span, node.path), found)
    texts = _texts(fields, _ids(rows, head))
    whole = [row for row in rows if row and _complete(row, head, found)]
    return tuple(_rule(row, head, texts, found, check_reason="because" in fields) for row in whole)


def _lines(cell: Cell) -> Iterator[Cell]:
    """The lines that are not blank, without the blanks around them."""
    start = 0
    for line in cell.text.split("\n"):
        if line.strip():
            yield _trimmed(cell.cut(start, start + len(line)))
        start += len(line) + 1


def _below(lines: list[Cell]) -> list[Cell]:
    """The rows: a ruler `|----|----|`, which some editors draw under a header, is not one."""
    ruled = lines and "--" in lines[0].text and not lines[0].text.strip("|-: ")
    return lines[1:] if ruled else lines


def _trimmed(cell: Cell) -> Cell:
    left = len(cell.text) - len(cell.text.lstrip())
    return cell.cut(left, max(left, len(cell.text.rstrip())))


def _split(line: Cell, found: Found) -> list[Cell]:
    """The cells of a row; none where it is not one."""
    text = line.text
    bars = [at for at, character in enumerate(text) if character == "|" and text[at - 1 : at] != "\\"]
    if len(bars) < 2 or bars[0] != 0 or bars[-1] != len(text) - 1:
        found.append(messages.bad_row(Spot(line.span, "table")))
        return []
    return [_unescaped(_trimmed(line.cut(left + 1, right))) for left, right in pairwise(bars)]


def _ids(rows: list[list[Cell]], head: _Head) -> set[str] | None:
    """The rule ids; None where some row or the column itself cannot be read."""
    at = head.places.get("id")
    if at is None or any(len(row) <= at for row in rows):
        return None
    return {row[at].text for row in rows}


def _unescaped(cell: Cell) -> Cell:
    if "\\|" not in cell.text:
        return cell
    keep = [at for at in range(len(cell.text)) if cell.text[at : at + 2] != "\\|"]
    text = "".join(cell.text[at] for at in keep)
    return Cell(text, cell.file, (*(cell.places[at] for at in keep), cell.places[-1]))


def _head(row: list[Cell], declared: Mapping[str, Output], whole: Spot, found: Found) -> _Head:
    places: dict[str, int] = {}
    inputs: dict[int, Column] = {}
    outputs: dict[int, Output] = {}
    seen: dict[str, Cell] = {}
    for at, cell in enumerate(row):
        name = " ".join(cell.text.replace(_OUTPUT, f"{_OUTPUT} ", 1).split())
        spot = Spot(cell.span, "table")
        if not name:
            found.append(messages.blank(spot))
        elif name in seen:
            found.append(messages.duplicate_column(spot, name, seen[name].span))
        elif name in _FIXED:
            places[name] = at
        elif name.startswith(_OUTPUT):
            outputs |= _output(at, name.removeprefix(_OUTPUT).strip(), spot, declared, found)
        else:
            inputs[at] = Column(cells.expression_in(cell, "table", found))
        seen.setdefault(name, cell)
    found += [messages.missing_column(whole, name) for name in ("id", "clause") if name not in seen]
    if sum(name.startswith(_OUTPUT) for name in seen) == len(outputs):
        # otherwise one of them is misspelt, and which one is missing is a guess
        found += [messages.missing_column(whole, f"{_OUTPUT} {name}") for name in _unset(declared, outputs)]
    return _Head(places, inputs, outputs, tuple(cell.text for cell in row))


def _output(
    at: int, name: str, spot: Spot, declared: Mapping[str, Output], found: Found
) -> dict[int, Output]:
    """The output that a column sets, if there is such a one to set."""
    output = declared.get(name)
    if output is not None and output.computed is None:
        return {at: output}
    settable = [known for known, one in declared.items() if one.computed is None]
    found.append(messages.unknown_column(spot, name, settable, computed=output is not None))
    return {}


def _unset(declared: Mapping[str, Output], outputs: Mapping[int, Output]) -> list[str]:
    """The outputs that every row leaves open."""
    named = {output.name for output in outputs.values()}
    return [
        name for name, one in declared.items() if name not in named and not one.computed and not one.default
    ]


def _complete(row: list[Cell], head: _Head, found: Found) -> bool:
    if len(row) == len(head.names):
        return True
    first, last = row[0].span, row[-1].span
    whole = Span(first.file, first.line, first.column, last.column + last.length - first.column)
    found.append(messages.wrong_cell_count(Spot(whole, "table"), len(row), len(head.names)))
    return False


def _texts(fields: Fields, ids: set[str] | None) -> _Texts:
    """The texts below the table; `ids` None where the table itself has none to compare with."""
    found = fields.found
    because: dict[str, Bilingual] = {}
    notes: dict[str, str] = {}
    for key, node in fields.entries("because"):
        because[key.text] = shape.bilingual(node, found)
        _known(key, ids, found)
    for key, node in fields.entries("notes"):
        notes[key.text] = shape.text(node, found)
        _known(key, ids, found)
    return _Texts(because, notes)


def _known(key: Scalar, ids: set[str] | None, found: Found) -> None:
    if ids is not None and key.text not in ids:
        found.append(messages.unknown_name(key, "rule", key.text, ids))


def _rule(row: list[Cell], head: _Head, texts: _Texts, found: Found, *, check_reason: bool) -> Rule:
    id_, clause = _text(row, head, "id", found), _text(row, head, "clause", found)
    path = f"table.{id_.text}"
    if check_reason and id_.text and id_.text not in texts.because:
        found.append(messages.no_reason(Spot(id_.span, path), id_.text))
    conditions = [
        _condition(row[at], column, head.names[at], path, found) for at, column in head.inputs.items()
    ]
    return Rule(
        id=id_.text,
        clause=clause.text,
        clause_span=clause.span,
        conditions=tuple(condition for condition in conditions if condition is not None),
        then={one.name: _value(row[at], one, path, found) for at, one in head.outputs.items()},
        actions=_actions(row, head, path, found),
        because=texts.because.get(id_.text, Bilingual("", "")),
        span=id_.span,
        note=texts.notes.get(id_.text, ""),
    )


def _actions(row: list[Cell], head: _Head, path: str, found: Found) -> tuple[ActionCall, ...]:
    at = head.places.get("actions")
    if at is None or row[at].text == "-":
        return ()
    if not row[at].text:
        found.append(messages.blank_cell(Spot(row[at].span, path), "actions", hint="`-` stands for none"))
        return ()
    return actions.calls_in(row[at], f"{path}.actions", found)


def _text(row: list[Cell], head: _Head, column: str, found: Found) -> Cell:
    at = head.places.get(column)
    if at is None:
        return Cell("", row[0].file, (row[0].places[0],))
    if not row[at].text:
        found.append(messages.blank_cell(Spot(row[at].span, "table"), column))
    return row[at]


def _condition(cell: Cell, column: Column, name: str, path: str, found: Found) -> Condition | None:
    where = f"{path}.{name}"
    if not cell.text:
        found.append(messages.blank_cell(Spot(cell.span, where), name, hint="`-` stands for any value"))
        return None
    tests = cells.unary_tests_in(cell, where, found)
    return Condition(tests, column) if tests is not None else None


def _value(cell: Cell, output: Output, path: str, found: Found) -> Expression:
    where = f"{path}.{output.name}"
    if not cell.text:
        found.append(messages.blank_cell(Spot(cell.span, where), output.name))
    elif cell.text == "-":
        found.append(messages.dash_output(Spot(cell.span, where), output.name))
    elif isinstance(output.type, Enum):
        return bare_value(cell)
    else:
        return cells.expression_in(cell, where, found)
    return cells.NOTHING
