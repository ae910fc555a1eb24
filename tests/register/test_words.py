"""Texts as words, and questions as terms."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.register.question import LONGEST, MOST, Malformed, terms_of
from service.register.words import BREAK, indexed, words

ID = "01900000-0000-7000-8000-0000000000ab"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("余额接近信用限度", list("余额接近信用限度")),
        ("第九条3(b)", ["第", "九", "条", "3", "b"]),
        ("Report to the_supervisor", ["report", "to", "the", "supervisor"]),
        ("ＬＩＭ－２ ①", ["lim", "2", "1"]),
        ("甲級ABC乙", ["甲", "級", "abc", "乙"]),
        ("ひらカタ", ["ひ", "ら", "カ", "タ"]),
        (f"see {ID.upper()}.", ["see", ID.replace("-", "")]),
        ("500000.00", ["500000", "00"]),
        ("\ud800 \x00 ‽ ¶ 🙂", []),
        ("𠀀𰀀", ["𠀀", "𰀀"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_no_phrase_goes_from_one_text_to_the_next() -> None:
    assert indexed(["甲乙", None, "", "!", "丙"]) == f"甲 乙 {BREAK} 丙"
    assert words(BREAK) == []


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("限度 report", ['"限 度"', '"report"']),
        ('"report to" -x', ['"report to"', '-"x"']),
        ('-"a b"', ['-"a b"']),
        ("C-1024*", ['"c 1024"*']),
        ('"a b"*', ['"a b"*']),
        ("“信用 限度”", ['"信 用 限 度"']),
        ("OR AND NOT NEAR(a,b) a:b ^c {d} + --", None),
        ("OR AND NEAR(a,b) a:b ^c {d}", ['"or"', '"and"', '"near a b"', '"a b"', '"c"', '"d"']),
        ("01900000-0000-7*", ['"0190000000007"*']),
    ],
)
def test_questions(text: str, matches: list[str] | None) -> None:
    if matches is None:
        with pytest.raises(Malformed):
            terms_of(text)
        return
    assert [("-" if term.excluded else "") + term.match() for term in terms_of(text)] == matches


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ["blank"]),
        (" \u3000", ["blank"]),
        ('"a', ["unclosed-quote"]),
        ('a "', ["unclosed-quote"]),
        ("-", ["no-word"]),
        ("*", ["no-word"]),
        ('""', ["no-word"]),
        ("a*b", ["misplaced-star"]),
        ("*a", ["misplaced-star"]),
        ("a**", ["misplaced-star"]),
        ("C-*", ["misplaced-star"]),
        ('"a b "*', ["misplaced-star"]),
        ("--a", ["misplaced-minus"]),
        ("--a b*c () \"d", ["misplaced-minus", "misplaced-star", "no-word", "unclosed-quote"]),
        ("a" * (LONGEST + 1), ["too-long"]),
        ("a " * (MOST + 1), ["too-many-items"]),
    ],
)
def test_what_is_no_question_says_everything_that_is_wrong(text: str, codes: list[str]) -> None:
    with pytest.raises(Malformed) as error:
        terms_of(text)
    assert [complaint.code for complaint in error.value.complaints] == codes


@given(st.text(st.sampled_from("ab限\"*-:^(){}[]'\\ ¶\x00\ud800é"), max_size=30))
def test_nothing_but_words_in_quotation_marks_reaches_the_index(text: str) -> None:
    with suppress(Malformed):
        for term in terms_of(text):
            assert term.words
            assert all(word.isalnum() for word in term.words)
