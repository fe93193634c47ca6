"""The texts of a JSON body: one normal form, no characters that can't be stored, none that would cost their square."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from api.web.refusals import InvalidText

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
ESCAPED_CONTROL = re.compile(rb"\\(?:u00[01]|[bf])")
MOST_MARKS = 30
NO_BASIC_LETTERS = re.compile(f"[\u0300-\U0010ffff]{{{MOST_MARKS + 1}}}")
"""Where a long run of combining marks could stand; all marks come after U+0300."""


def is_normal(written: bytes) -> bool:
    """All texts are NFC if the whole is: taking parts keeps the form, and all Latin-1 is in it (UAX #15)."""
    text = written.decode()
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        _check_marks(text)
        return unicodedata.is_normalized("NFC", text)
    return True


def _check_marks(text: str) -> None:
    """No letter bears more than 30 marks (UAX #15 §13): bringing a run of them into order takes its square."""
    if NO_BASIC_LETTERS.search(text) is None:
        return
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run > MOST_MARKS:
            raise InvalidText


def normalised(value: Any) -> Any:
    """The value with its texts in NFC; keys stay, because ours are ASCII and others are refused later."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [normalised(element) for element in value]
    if isinstance(value, dict):
        return {key: normalised(element) for key, element in value.items()}
    return value


def check_controls(value: Any, body: bytes) -> None:
    """A control character can only come in as an escape: raw ones are refused by the parser."""
    if not ESCAPED_CONTROL.search(body):
        return
    if any(CONTROL.search(text) for text in _texts(value)):
        raise InvalidText


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for element in value.values():
            yield from _texts(element)
    elif isinstance(value, list):
        for element in value:
            yield from _texts(element)
