"""`run.py simulate`: what a change of the policy would do to one request."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any, Final

import click
import orjson

from service import json_reader
from service.cli.decide import refuse
from service.cli.policies import POLICIES, Failure, policy_of
from service.cli.readable import answer
from service.decide import Decider
from service.draft import Draft
from service.problems import Refusal
from service.simulation import Asked, simulated

Json = dict[str, Any]

_WORDS: Final = {"true": True, "false": False}


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE",
    help="Another value of a parameter; NAME.KEY=VALUE where it has one a key. May be repeated.",
)  # fmt: skip
@click.option("--draft", type=click.Path(path_type=Path), help="Decide by this folder in place of `--policies`.")
@click.option(
    "--policies", envvar="POLICIES", type=click.Path(path_type=Path), default=POLICIES, show_default=True,
    help="The policy to compare with.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the document that the API would answer.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="en", show_default=True)
def simulate(
    file: IO[bytes], settings: tuple[str, ...], draft: Path | None, policies: Path, as_json: bool, lang: str
) -> None:
    """Decide the request in FILE (`-` for standard input) by a changed policy, and show what changes.

    Nothing is recorded. Ends with 0 if nothing would change, 3 if something would, 2 if the request or a
    parameter is not valid, 1 if a policy does not check.
    """
    in_force = Decider(policy_of(policies), "always")
    base = in_force if draft is None else Decider(policy_of(draft), "always")
    change = Draft({}, _parameters(settings))
    try:
        request = json_reader.read(file.read(json_reader.MAX_BYTES + 1))
        decider = Decider(change.compiled(base.policy), "always")
        found = orjson.loads(orjson.dumps(simulated(decider, in_force, Asked(request, None, change))))
    except Refusal as refusal:
        refuse(refusal, as_json)
    if as_json:
        click.echo(orjson.dumps(found).decode())
    else:
        asked = decider.read(request).asked
        click.echo(answer(found, list(asked), decider.policy.checked.policy, lang))
        click.echo("\n".join(["", *_differences(found)]))
        click.echo("\na simulation: nothing is recorded, and nothing of it counts", err=True)
    raise SystemExit(0 if found["changes"] == _NOTHING else 3)


_NOTHING: Final[Json] = {"rulesets": {}, "actions_added": [], "actions_removed": []}


def _parameters(settings: tuple[str, ...]) -> Json:
    """The values on the command line, as the API takes them."""
    found: Json = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise Failure(f"`{setting}` is not NAME=VALUE")
        number = json_reader.number(text)
        value = _WORDS.get(text, text if number is None else number)
        name, dot, key = name.partition(".")
        if not dot:
            found[name] = value
        else:
            keyed = found.setdefault(name, {})
            found[name] = {**(keyed if isinstance(keyed, dict) else {}), key: value}
    return found


def _differences(found: Json) -> list[str]:
    """What changes, one line each."""
    changes = found["changes"]
    if changes is None:
        problem = found["compared_with"]["problem"]
        told = [f"  {fault['pointer']}: {fault['detail']}" for fault in problem["errors"]]
        return ["the policy to compare with cannot read the request:", *told]
    lines = [
        f"  {name}: {_gist(change['before'])} → {_gist(change['after'])}"
        for name, change in changes["rulesets"].items()
    ]
    lines += [f"  + {_duty(one)}" for one in changes["actions_added"]]
    lines += [f"  - {_duty(one)}" for one in changes["actions_removed"]]
    return ["what would change:", *(lines or ["  nothing"])]


def _gist(outcome: Json | None) -> str:
    if outcome is None:
        return "not decided"
    values = ", ".join(f"{name} {_text(value)}" for name, value in outcome["values"].items())
    return f"{outcome['status']} ({values})" if values else str(outcome["status"])


def _duty(action: Json) -> str:
    params = "".join(f" {name} {_text(value)}" for name, value in action["params"].items())
    due = f" by {action['due']}" if action["due"] else ""
    return f"{action['action']}{params}{due}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
