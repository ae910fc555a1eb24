"""`actions.yaml`: roles, and every action that a rule may require; and how rules call for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rules.model.expr import Call, Expr, ListOf, Name
from rules.model.policy import Action, ActionCall, Bilingual, Expression
from rules.model.types import INTEGER
from rules.source import Cell
from rules.syntax import cells, messages, shape, types, values
from rules.syntax.messages import Spot
from rules.syntax.shape import Fields, Found
from rules.syntax.yaml_nodes import Mapping as MappingNode
from rules.syntax.yaml_nodes import Node, Scalar


def actions(node: Node, found: Found) -> tuple[dict[str, Bilingual], dict[str, Action]]:
    """The roles and the actions by name, in the order of the file."""
    fields = Fields(node, found, required="roles actions")
    roles: dict[str, Bilingual] = {}
    for key, label in fields.entries("roles"):
        shape.identifier(key, found)
        roles[key.text] = shape.bilingual(label, found)
    by_name: dict[str, Action] = {}
    for key, body in fields.entries("actions"):
        shape.identifier(key, found)
        by_name[key.text] = _action(key, body, roles, found)
    return roles, by_name


def _action(key: Scalar, node: Node, roles: Mapping[str, Bilingual], found: Found) -> Action:
    fields = Fields(node, found, required="label by", optional="to due parameters")
    parameters = {}
    for name, kind in fields.entries("parameters"):
        shape.identifier(name, found)
        parameters[name.text] = types.simple(kind, found)
    return Action(
        name=key.text,
        label=fields.bilingual("label"),
        by=_role(fields, "by", roles),
        to=_role(fields, "to", roles) or None,
        due_days=_due(fields),
        parameters=parameters,
        span=key.span,
    )


def _role(fields: Fields, key: str, roles: Mapping[str, Bilingual]) -> str:
    node, name = fields.get(key), fields.text(key)
    if node is not None and name and name not in roles:
        fields.found.append(messages.unknown_name(node, "role", name, roles))
    return name


def _due(fields: Fields) -> int | None:
    node = fields.get("due")
    if node is None:
        return None
    days = values.typed(node, INTEGER, fields.found)
    if days is not None and days < 0:
        fields.found.append(
            messages.bad_value(node, str(days), "a number of days", "0 is the decision date itself")
        )
    return int(days) if days is not None else None


def calls(nodes: tuple[Node, ...], found: Found) -> tuple[ActionCall, ...]:
    """The items of `actions:`: names, `name: {argument: FEEL}`, or `{action: name, when: FEEL, due: FEEL}`."""
    made = (_call(node, found) for node in nodes)
    return tuple(call for call in made if call is not None)


def _call(node: Node, found: Found) -> ActionCall | None:
    if not isinstance(node, MappingNode):
        return ActionCall(shape.identifier(node, found), {}, node.span)
    if "action" in node.entries:
        return _spelt_out(Fields(node, found, required="action", optional="when due arguments"))
    if len(node.entries) != 1:
        found.append(messages.bad_action(node))
        return None
    ((key, body),) = node.entries.values()
    return ActionCall(shape.identifier(key, found), _arguments(shape.entries(body, found), found), key.span)


def _spelt_out(fields: Fields) -> ActionCall:
    """`{action: name}` with `when:`, `due:` and `arguments:` beside it, as far as it has any."""
    name, when, due = (fields.get(key) for key in ("action", "when", "due"))
    if when is None and due is None:
        fields.found.append(messages.missing_key(fields.node, "when"))
    return ActionCall(
        action=fields.identifier("action"),
        arguments=_arguments(fields.entries("arguments"), fields.found),
        span=(name if name is not None else fields.node).span,
        when=cells.expression(when, fields.found) if when is not None else None,
        due=cells.expression(due, fields.found) if due is not None else None,
    )


def _arguments(entries: Iterable[tuple[Scalar, Node]], found: Found) -> dict[str, Expression]:
    arguments = {}
    for name, argument in entries:
        shape.identifier(name, found)
        arguments[name.text] = cells.expression(argument, found)
    return arguments


def calls_in(cell: Cell, path: str, found: Found) -> tuple[ActionCall, ...]:
    """The actions in a table cell: `name, name(argument: FEEL)`."""
    tree = cells.tree_in(_bracketed(cell), path, found)
    if tree is None:
        return ()
    items = tree.items if isinstance(tree, ListOf) else (tree,)
    made = (_call_in(item, cell, path, found) for item in items)
    return tuple(call for call in made if call is not None)


def _bracketed(cell: Cell) -> Cell:
    """The actions as the FEEL list that they look like: offsets are one more than in the cell."""
    return Cell(f"[{cell.text}]", cell.file, (cell.places[0], *cell.places, cell.places[-1]))


def _call_in(item: Expr, cell: Cell, path: str, found: Found) -> ActionCall | None:
    span = cell.at(item.start - 1, item.end - 1)
    if isinstance(item, Name):
        return ActionCall(item.name, {}, span)
    if (
        not isinstance(item, Call)
        or not isinstance(item.function, Name)
        or (item.arguments and not item.names)
    ):
        found.append(messages.bad_action(Spot(span, path)))
        return None
    arguments = {
        name: cells.expression_in(cell.cut(tree.start - 1, tree.end - 1), path, found)
        for name, tree in zip(item.names or (), item.arguments, strict=True)
    }
    return ActionCall(item.function.name, arguments, span)
