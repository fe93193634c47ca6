"""Cursors open for the key and purpose they were sealed for, and for nothing else."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.cursors import open_cursor, seal
from api.web.refusals import CursorInvalid

KEY = b"k" * 32
PLACES = st.lists(
    st.none() | st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(codec="utf-8"), max_size=40),
    max_size=5,
)


@given(PLACES, st.binary(max_size=50))
def test_what_was_sealed_comes_back(values, purpose):
    cursor = seal(KEY, purpose, values)
    assert open_cursor(KEY, purpose, cursor) == values
    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(PLACES, st.data())
def test_no_change_of_a_single_letter_goes_through(values, data):
    cursor = seal(KEY, b"a", values)
    at = data.draw(st.integers(0, len(cursor) - 1))
    other = data.draw(st.sampled_from([letter for letter in "Aa0-_z." if letter != cursor[at]]))
    with pytest.raises(CursorInvalid):
        open_cursor(KEY, b"a", cursor[:at] + other + cursor[at + 1 :])


def test_another_key_or_purpose_opens_nothing():
    cursor = seal(KEY, b"tenant-1 /v1/teams", ["x", 1])
    for key, purpose in ((b"j" * 32, b"tenant-1 /v1/teams"), (KEY, b"tenant-2 /v1/teams"), (KEY, b"")):
        with pytest.raises(CursorInvalid):
            open_cursor(key, purpose, cursor)


def test_the_border_between_purpose_and_values_cannot_be_moved():
    cursor = seal(KEY, b"purpose", [])
    sealed = base64.urlsafe_b64decode(cursor + "==")
    moved = base64.urlsafe_b64encode(sealed[:16] + b"e" + sealed[16:]).rstrip(b"=").decode()
    with pytest.raises(CursorInvalid):
        open_cursor(KEY, b"purpos", moved)


@given(st.text(max_size=60))
def test_no_text_breaks_the_opening(text):
    with pytest.raises(CursorInvalid):
        open_cursor(KEY, b"a", text)


def test_a_cursor_has_one_spelling_and_a_longest_length():
    cursor = seal(KEY, b"a", ["x"])
    for text in (cursor + "=", cursor + "==", cursor + "\n", " " + cursor, "A" * 3000):
        with pytest.raises(CursorInvalid):
            open_cursor(KEY, b"a", text)
