"""The command line: one command a file."""

from __future__ import annotations

import click

from service.cli.analyse import analyse
from service.cli.audit import audit
from service.cli.check import check
from service.cli.clauses import clauses
from service.cli.decide import decide
from service.cli.explain import explain
from service.cli.fairness import fairness
from service.cli.fmt import fmt
from service.cli.key import key
from service.cli.replay import replay_command
from service.cli.serve import serve
from service.cli.simulate import simulate
from service.cli.test import test
from service.cli.verify import verify


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Customer relationship policies as rules: check them, test them, decide by them, serve decisions."""


for _command in (serve, decide, explain, check, fmt, test, analyse, key, verify, audit, replay_command):
    main.add_command(_command)
main.add_command(clauses)
main.add_command(fairness)
main.add_command(simulate)
