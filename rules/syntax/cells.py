"""FEEL in rule files: a cell and the tree it means, or a diagnostic at the very characters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from rules.feel.parser import FeelSyntaxError, parse, parse_unary_tests
from rules.model.expr import Expr, Name
from rules.model.policy import Expression
from rules.source import Cell
from rules.syntax import messages, shape
from rules.syntax.messages import Spot
from rules.syntax.shape import Found
from rules.syntax.yaml_nodes import Node

Tree = TypeVar("Tree")
NOTHING = Expression(Name("?"), Cell("", "", ((1, 1),)))
"""Stands where an expression could not be read: a name of unknown type, in no file. A set with one is never
handed out; `check` may look at the rest of it."""


def expression(node: Node, found: Found) -> Expression:
    """The FEEL expression that a value holds."""
    written = shape.cell(node, found)
    return expression_in(written, node.path, found) if written is not None else NOTHING


def expression_in(cell: Cell, path: str, found: Found) -> Expression:
    """The FEEL expression in a cell."""
    tree = _parsed(parse, cell, path, found)
    return Expression(tree, cell) if tree is not None else NOTHING


def unary_tests_in(cell: Cell, path: str, found: Found) -> Expression | None:
    """The tests of a table cell; None for `-`, which tests nothing."""
    tree = _parsed(parse_unary_tests, cell, path, found)
    if tree is None:
        return NOTHING
    return None if tree.any_value else Expression(tree, cell)


def tree_in(cell: Cell, path: str, found: Found) -> Expr | None:
    """The tree alone."""
    return _parsed(parse, cell, path, found)


def _parsed(parser: Callable[[str], Tree], cell: Cell, path: str, found: Found) -> Tree | None:
    try:
        return parser(cell.text)
    except FeelSyntaxError as error:
        span = cell.at(error.start, error.end)
        found.append(messages.feel_syntax(Spot(span, path), error.message, error.hint))
    return None
