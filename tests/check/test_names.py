"""Functions keep their names."""

from __future__ import annotations

import pytest

from rules.check import check
from rules.check.signatures import SIGNATURES
from rules.errors import PolicyError
from rules.feel.builtins import BUILTINS
from rules.syntax import load
from tests.conftest import policy_texts


def test_every_typed_function_exists() -> None:
    assert set(SIGNATURES) <= set(BUILTINS)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("credit/visit_plan.yaml", "streak", "sum"),
        ("parameters.yaml", "visit_drop_threshold", "sum"),
        ("vocabulary.yaml", "effective:", "count:"),
    ],
    ids=["a computed fact", "a parameter", "a field of a list"],
)
def test_nothing_else_is_called_like_a_function(file: str, old: str, new: str) -> None:
    texts = policy_texts()
    with pytest.raises(PolicyError) as caught:
        check(load({**texts, file: texts[file].replace(old, new)}))
    said = [d.message for d in caught.value.diagnostics if d.code == "name-taken"]
    assert any("is the name of a function already" in message for message in said)
