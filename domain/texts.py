"""Which texts people can read as they are written: something to see, and nothing that changes what they see."""

import re
import unicodedata
from functools import lru_cache

CONTROLS = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ud800-\udfff"
HIDDEN = r"\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
"""Directions of writing and spaces without width: they change how others read a text without being seen."""

BREAKS = r"\u0009\u000a\u000d\u2028\u2029"
SHAPELESS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols to Unicode, nothing to the eye."""

REFUSED_IN_TEXT = CONTROLS + HIDDEN
REFUSED_IN_LINE = REFUSED_IN_TEXT + BREAKS
"""What may stand nowhere in a text, as the inside of a character class."""


def is_readable(text: str, refused: str = REFUSED_IN_LINE) -> bool:
    """Whether there is something to read in the text, and none of `refused`."""
    return _any_of(refused).search(text) is None and any(map(_is_seen, text))


@lru_cache(maxsize=8)
def _any_of(characters: str) -> re.Pattern[str]:
    return re.compile(f"[{characters}]")


def _is_seen(character: str) -> bool:
    """A letter, number, sign or symbol with a shape: not only marks, spaces and formats."""
    return unicodedata.category(character)[0] in "LNPS" and character not in SHAPELESS
