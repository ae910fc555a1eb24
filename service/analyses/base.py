"""What an analysis is: its columns, its clauses, the calculation, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rules.model.policy import Bilingual
from service.analyses.columns import Column, Result

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Parameters = Mapping[str, int]
"""Parameters and options as stored: money in cents, ratios in millionths."""
Compute = Callable[["DuckDBPyConnection", Parameters], None]


@dataclass(frozen=True, slots=True)
class Duty:
    """What a row asks of a person: the clause, and the result column that each argument is taken from."""

    clause: str
    arguments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Analysis:
    """One analysis.

    `compute` reads the table `book` and makes the tables `result` and `summary`, whose columns are those
    declared, in that order. Rows of a book are told apart by `key`.
    """

    name: str
    title: Bilingual
    clauses: tuple[str, ...]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    results: tuple[Result, ...]
    summary: tuple[Result, ...]
    compute: Compute
    options: tuple[Column, ...] = ()
    parameters: tuple[str, ...] = ()
    duties: Mapping[str, Duty] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The tables of one analysis, still in DuckDB, and what they were computed with."""

    analysis: Analysis
    connection: DuckDBPyConnection
    parameters: Mapping[str, Any]
