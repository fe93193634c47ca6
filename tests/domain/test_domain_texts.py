"""Texts that can be read as they are written, in every script, and those that only seem so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.texts import REFUSED_IN_TEXT, is_readable


@pytest.mark.parametrize("text", ["Ås", "5. trinn", "Lærere 👩‍🏫", "Ελλάδα", "مدرسة", "?", "a b"])
def test_what_people_write_is_readable(text):
    assert is_readable(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\u200b",
        "\u200d",
        "\u3164",
        "a\u202eb",
        "a\u2066b",
        "a\x7fb",
        "a\x9b31m",
        "a\x00b",
        "\ufeffa",
        "a\ud800",
    ],
)
def test_what_cannot_be_seen_or_changes_what_is_seen_is_not(text):
    assert not is_readable(text)
    assert not is_readable(text, REFUSED_IN_TEXT)


def test_a_line_has_no_breaks_but_a_text_may():
    for text in ("a\nb", "a\tb", "a\r\nb", "a\u2028b"):
        assert not is_readable(text)
        assert is_readable(text, REFUSED_IN_TEXT)


@given(st.text(alphabet=st.characters(categories=["L", "N"], max_codepoint=0x24F), min_size=1))
def test_letters_and_numbers_of_latin_are_always_readable(text):
    assert is_readable(text)
