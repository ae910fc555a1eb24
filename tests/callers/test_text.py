"""The text of keys."""

from __future__ import annotations

import os
import re

import pytest

from service.callers import text as key_text
from service.callers.text import mint, mistyped


def test_a_key_describes_itself() -> None:
    made = mint(os.urandom)
    assert re.fullmatch(r"pdk_[0-9a-z]{8}_[0-9A-Za-z]{39}", made.text)
    assert key_text.id_of(made.text) == made.id
    assert not mistyped(made.text)


def test_it_holds_all_the_chance_it_is_given() -> None:
    assert len({mint(lambda n, bit=bit: (1 << bit).to_bytes(24, "big")[-n:]).text for bit in range(192)}) == 192  # type: ignore[misc]


def test_no_two_are_alike() -> None:
    assert len({mint(os.urandom).text for _ in range(100)}) == 100


def test_every_slip_of_one_character_is_told() -> None:
    text = mint(os.urandom).text
    for place in range(len(text)):
        for other in "aZ3_":
            slipped = text[:place] + other + text[place + 1 :]
            assert mistyped(slipped) == (slipped != text), (place, other)


@pytest.mark.parametrize("text", ["", "pdk_", "pdk_é", "x" * 52, "pdk_" + "0" * 48, "pdk_00000000_" + "é" * 39])
def test_what_is_no_key_is_mistyped(text: str) -> None:
    assert mistyped(text)


def test_neighbours_swapped_are_told() -> None:
    text = mint(os.urandom).text
    for place in range(len(text) - 1):
        swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        assert mistyped(swapped) == (swapped != text)
