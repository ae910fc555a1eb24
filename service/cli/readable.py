"""A decision as a person reads it, in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from rules.model.policy import PolicySet

Json = dict[str, Any]

_WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "decided": "decided",
        "undecided": "undecided",
        "conflict": "conflict",
        "error": "error",
        "actions": "required actions",
        "none": "none",
        "missing": "missing facts",
        "needed": "needed on the way",
        "by": "by",
        "standing": "from now on",
        "possible": "possibly",
    },
    "zh": {
        "decided": "已决定",
        "undecided": "未能决定",
        "conflict": "规则冲突",
        "error": "出错",
        "actions": "须采取的行动",
        "none": "无",
        "missing": "尚缺事实",
        "needed": "所依据的决定",
        "by": "截止",
        "standing": "持续",
        "possible": "可能",
    },
}


def answer(document: Json, asked: list[str], policy: PolicySet, lang: str) -> str:
    """The outcomes asked for, then those needed, the actions, the missing facts."""
    words = _WORDS[lang]
    outcomes: Json = document["outcomes"]
    lines = [line for name in asked for line in _outcome(name, outcomes[name], policy, lang)]
    needed = [name for name in policy.rulesets if name in outcomes and name not in asked]
    if needed:
        lines += ["", f"{words['needed']}:"]
        lines += ["  " + line for name in needed for line in _outcome(name, outcomes[name], policy, lang)]
    lines += ["", f"{words['actions']}:"]
    lines += list(_actions(document["required_actions"], policy, lang)) or [f"  {words['none']}"]
    if document["missing_facts"]:
        lines += ["", f"{words['missing']}:"]
        lines += [f"  {name}  {_said(policy.facts[name].label, lang)}" for name in document["missing_facts"]]
    return "\n".join(lines)


def _outcome(name: str, outcome: Json, policy: PolicySet, lang: str) -> Iterator[str]:
    words, source = _WORDS[lang], policy.rulesets[name]
    yield f"{_said(source.title, lang)} ({name}): {words[outcome['status']]}"
    for output, value in outcome["values"].items():
        label = outcome.get("labels", {}).get(output)
        yield f"  {_said(source.outputs[output].label, lang)}: {_value(value, label, lang)}"
    for rule in outcome["rules"]:
        possibly = f"{words['possible']} " if rule.get("possible") else ""
        yield f"  {possibly}{rule['id']} {rule['clause']}: {rule['because'][lang]}"
    if "detail" in outcome:
        yield f"  {outcome['detail']}"


def _actions(duties: list[Json], policy: PolicySet, lang: str) -> Iterator[str]:
    words = _WORDS[lang]
    for duty in duties:
        params = ", ".join(f"{name} {_value(value, None, lang)}" for name, value in duty["params"].items())
        yield f"  {duty['label'][lang]} ({duty['action']}{': ' + params if params else ''})"
        who = _role(duty["by"], policy, lang)
        if duty["to"]:
            who += f" → {_role(duty['to'], policy, lang)}"
        when = f"{words['by']} {duty['due']}" if duty["due"] else words["standing"]
        reasons = ", ".join(f"{reason['rule'] or reason['ruleset']} {reason['clause']}" for reason in duty["reasons"])
        yield f"    {who}; {when}; {reasons}"


def _value(value: Any, label: Any, lang: str) -> str:
    if value is None:
        return "—"
    if isinstance(value, list):
        labels = label if isinstance(label, list) else [None] * len(value)
        return ", ".join(_value(one, name, lang) for one, name in zip(value, labels, strict=True)) or "—"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"{text} ({label[lang]})" if label else text


def _role(name: str, policy: PolicySet, lang: str) -> str:
    return _said(policy.roles[name], lang) if name in policy.roles else name


def _said(label: Any, lang: str) -> str:
    return str(getattr(label, lang))
