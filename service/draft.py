"""A policy as it could be: files put in the place of a release's, parameters given other values; then compiled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError

from rules.analysis import fairness
from rules.check import check
from rules.check.everything import everything
from rules.errors import Diagnostic, PolicyError
from rules.model.policy import Parameter, PolicySet
from rules.model.types import Record
from rules.model.values import Value
from rules.syntax import load
from rules.syntax.calendar import zone_of
from service import messages, messages_api, numbers
from service.analyses.catalogue import offered
from service.facts import faults, field_of, writer
from service.fields import Complained
from service.problems import Fault, Refusal, pointer
from service.repository import LoadedPolicy, load_policy

Json = dict[str, Any]

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be tried on a release: `files` by name, None where one is taken away, and parameters as sent."""

    files: Mapping[str, str | None]
    parameters: Json

    @property
    def empty(self) -> bool:
        """Whether nothing is changed."""
        return not self.files and not self.parameters

    def compiled(self, base: LoadedPolicy) -> LoadedPolicy:
        """The policy with the change, checked like a release; the base itself, where nothing is changed.

        Raises `Refusal` (422): every faulty parameter, or every diagnostic of the policy.
        """
        if self.empty:
            return base
        written = base.checked.policy
        self._check_absent(written.texts)
        try:
            policy = load(self._over(written.texts)) if self.files else written
            return _compiled(overridden(policy, self.parameters))
        except PolicyError as error:
            raise self._refused(written.texts, error) from None

    def _check_absent(self, texts: Texts) -> None:
        missing = [name for name, text in self.files.items() if text is None and name not in texts]
        if missing:
            wrong = (Fault(messages_api.NO_SUCH_FILE, pointer(("policy", "files", name))) for name in missing)
            raise Refusal(messages.INVALID, tuple(wrong))

    def _over(self, texts: Texts) -> dict[str, str]:
        over = {**texts, **self.files}
        return {name: text for name, text in over.items() if text is not None}

    def _refused(self, texts: Texts, error: PolicyError) -> Refusal:
        """Every diagnostic, of the cases too, each at the file that it is in, or at what brought it about."""
        every = [one for one in everything(self._over(texts)).diagnostics if one.severity == "error"]
        return Refusal(messages_api.BAD_POLICY, tuple(self._fault(one) for one in every or error.diagnostics))

    def _fault(self, one: Diagnostic) -> Fault:
        known = one.span.file in self.files
        elsewhere = "/policy/files" if self.files else "/parameters"
        at = pointer(("policy", "files", one.span.file)) if known else elsewhere
        return Fault(messages_api.diagnosed(one), at, in_file=(one.span.file, one.span.line, one.span.column))


def overridden(policy: PolicySet, values: Json) -> PolicySet:
    """The policy with other values of its parameters. Raises `Refusal` (422) with every fault."""
    if not values:
        return policy
    wrong: list[Fault] = []
    changed = dict(policy.parameters)
    for name, value in values.items():
        parameter = policy.parameters.get(name)
        if parameter is None:
            known = tuple(policy.parameters)
            wrong.append(Fault(messages_api.unknown_policy_parameter(name, known), pointer(("parameters", name))))
            continue
        try:
            changed[name] = replace(parameter, value=_converted(parameter, value))
        except ValidationError as error:
            wrong += faults(error.messages, ("parameters", name), value)
    if wrong:
        raise Refusal(messages.INVALID, tuple(wrong))
    return replace(policy, parameters=changed, calendar=replace(policy.calendar, zone=zone_of(changed)))


def values_of(policy: PolicySet, names: Iterable[str]) -> Json:
    """The values that parameters have, as JSON."""
    return {name: writer(policy.parameters[name].type)(policy.parameters[name].value) for name in names}


def _converted(parameter: Parameter, value: Any) -> Value:
    """The typed value; of a parameter with one value a key, those of the keys that are named."""
    if not isinstance(parameter.type, Record):
        return _positive(field_of(parameter.type).convert(value), parameter.value)
    types = dict(parameter.type.fields)
    wrong: Json = {}
    if not isinstance(value, dict):
        raise ValidationError([messages.wrong_type("an object, with a value for each key", value)])
    typed: dict[str, Value] = dict(parameter.value)
    for key, item in value.items():
        if key not in types:
            wrong[key] = [messages.unknown_member(key, tuple(types))]
            continue
        try:
            typed[key] = _positive(field_of(types[key]).convert(item), typed[key])
        except ValidationError as error:
            wrong[key] = error.messages
    if wrong:
        raise ValidationError(wrong)
    return typed


def _positive(value: Value, before: Value) -> Value:
    """Refuses a number below zero where the policy has none: it stands for an amount, a count or a share."""
    if isinstance(value, Decimal) and isinstance(before, Decimal) and value < 0 <= before:
        raise Complained(messages.too_small(numbers.text(value), "0"))
    return value


def _compiled(policy: PolicySet) -> LoadedPolicy:
    """As a release is. Raises PolicyError."""
    checked = fairness.proved(check(policy))
    offered(checked)
    return load_policy(checked)
