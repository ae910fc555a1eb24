"""Whatever stands in the files, the answer is a policy set or a `PolicyError`, and it comes soon."""

from __future__ import annotations


from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import draw
from tests.syntax.helpers import FILES, diagnostics

FILE = st.sampled_from(sorted(FILES))
PIECES = st.lists(
    st.sampled_from([
        *"{}[],:-?|>&*!%@`#'\"\\~=()\n\r\t .0A甲：，│", "\n  ", "\n    - ", ": ", "- ", "---\n", "...\n",
        "&a ", "*a", "!!str ", "%YAML 1.2\n", "null", "true", "1e9", "| a | b |\n", "\\|", "=> ", "zh", "en",
        "{zh: 甲, en: A}", "id", "rules", "table: |\n  ", "\ud800", "\0", "\ufeff", "\u2028", "\\U00110000",
        '"\\', "<<: ", "[1..2]", "for x in ", "(" * 60, "[" * 60, "\n" + " " * 60,
    ]),
    max_size=12,
).map("".join)  # fmt: skip
NEEDED = {name: FILES[name] for name in ("policy.yaml", "vocabulary.yaml")}


def survives(texts: dict[str, str]) -> None:
    for diagnostic in diagnostics(NEEDED | texts):
        draw(diagnostic, texts)
        lines = texts.get(diagnostic.span.file, "").split("\n")
        assert 1 <= diagnostic.span.line <= len(lines)
        assert 1 <= diagnostic.span.column <= len(lines[diagnostic.span.line - 1]) + 1


@settings(deadline=None)
@given(file=FILE, text=st.text() | PIECES)
def test_any_text_as_a_file(file: str, text: str) -> None:
    survives({file: text})


@settings(deadline=None)
@given(file=FILE, data=st.data(), piece=PIECES | st.text(max_size=5))
def test_a_right_file_with_a_passage_replaced(file: str, data: st.DataObject, piece: str) -> None:
    text = FILES[file]
    start = data.draw(st.integers(0, len(text)), "start")
    length = data.draw(st.integers(0, 30), "length")
    survives({file: text[:start] + piece + text[start + length :]})


@settings(deadline=None)
@given(file=FILE, data=st.data())
def test_a_right_file_with_its_lines_in_disorder(file: str, data: st.DataObject) -> None:
    lines = FILES[file].splitlines(keepends=True)
    chosen = data.draw(st.lists(st.sampled_from(lines), max_size=2 * len(lines)), "lines")
    survives({file: "".join(chosen)})


@given(st.dictionaries(st.text(max_size=12), st.sampled_from(sorted(FILES.values())), max_size=3))
def test_any_file_names(texts: dict[str, str]) -> None:
    survives(texts)
