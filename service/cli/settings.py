"""The settings as options of a command: given ones count before the environment, which is read all at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from service.cli.policies import Failure
from service.config import OPTIONS, Settings, SettingsError, from_environment
from service.setting import Setting

Command = TypeVar("Command", bound=Callable[..., Any])


class SettingOption(click.Option):
    """An option that leaves its variable to `from_environment`, which tells every fault instead of the first."""

    def resolve_envvar_value(self, ctx: click.Context) -> None:
        """Not here."""
        return None


def settings_options(command: Command) -> Command:
    """Give a command one option for each setting."""
    for one in reversed(OPTIONS):
        command = click.option(
            f"{one.option}/--no-{one.option[2:]}" if one.kind is bool else one.option,
            cls=SettingOption,
            envvar=one.variable,
            type=_type(one),
            default=None if one.standard is None else one.text(one.standard) if one.kind is tuple else one.standard,
            show_default=one.standard is not None and one.standard != (),
            help=one.meaning,
        )(command)
    return command


def settings_of(context: click.Context) -> Settings:
    """The settings by options and environment, or an end with every fault of the environment."""
    given = {
        one.name: _value(one, context.params[one.name])
        for one in OPTIONS
        if context.get_parameter_source(one.name) is ParameterSource.COMMANDLINE
    }
    try:
        return from_environment(**given)
    except SettingsError as error:
        raise Failure(str(error)) from None


def _type(one: Setting) -> Any:
    if one.choices:
        return click.Choice(one.choices)
    if one.kind is int:
        return click.IntRange(_whole(one.lowest), _whole(one.highest))
    if one.kind is float:
        return click.FloatRange(one.lowest, one.highest)
    return {Path: click.Path(path_type=Path), bool: click.BOOL}.get(one.kind, click.STRING)


def _whole(bound: float | None) -> int | None:
    return None if bound is None else int(bound)


def _value(one: Setting, value: Any) -> Any:
    return tuple(part for part in value.split(",") if part) if one.kind is tuple else value
