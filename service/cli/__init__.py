"""The command line: one command a file, imported when it is asked for."""

from __future__ import annotations

import gc
from importlib import import_module
from typing import Any, Final

import click

COMMANDS: Final = (
    "analyse", "audit", "check", "clauses", "decide", "erase", "explain", "export", "fairness", "fmt", "key", "keys",
    "replay", "search", "serve", "simulate", "test", "verify",
)  # fmt: skip
"""Each is a module of this package, and the command in it is called like it or `<name>_command`."""


class Commands(click.Group):
    """The group of all commands. Importing every one would take longer than most of them run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, None for any other."""
        if cmd_name not in COMMANDS:
            return None
        gc.disable()  # what is loaded stays: looking through it again and again is a twentieth of the loading
        try:
            module: Any = import_module(f"{__name__}.{cmd_name}")
        finally:
            gc.enable()
        command = getattr(module, f"{cmd_name}_command", None) or getattr(module, cmd_name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Customer relationship policies as rules: check them, test them, decide by them, serve decisions."""


def commands() -> dict[str, click.Command]:
    """Every command by its name."""
    context = click.Context(main, info_name="run.py")
    return {name: command for name in main.list_commands(context) if (command := main.get_command(context, name))}
