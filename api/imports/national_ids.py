"""Recognises what looks like a national identity number, so that none ever gets into a name or an address."""

import re
from calendar import monthrange

_NORWEGIAN = re.compile(r"(?<![\d.])(\d\d)(\d\d)(\d\d)[ -]?\d{5}(?!\d)", re.ASCII)
_DANISH = re.compile(r"(?<![\d.])(\d\d)(\d\d)(\d\d)[ -]?\d{4}(?!\d)", re.ASCII)
_SWEDISH = re.compile(r"(?<![\d.])(?:19|20)?((\d\d)(\d\d)(\d\d))[-+ ]?(\d{4})(?!\d)", re.ASCII)


def holds_national_id(text: str) -> bool:
    """Whether a Norwegian, Danish or Swedish identity number seems to stand in the text.

    Forms: fødselsnummer and D-, H- and synthetic numbers (11 digits), CPR (10 digits), personnummer and
    samordningsnummer (10 or 12 digits with a right check digit), each with a date that there is.
    """
    return (
        any(_norwegian(*map(int, found.groups())) for found in _NORWEGIAN.finditer(text))
        or any(_is_day(*map(int, found.groups())) for found in _DANISH.finditer(text))
        or any(_swedish(found) for found in _SWEDISH.finditer(text))
    )


def _norwegian(day: int, month: int, year: int) -> bool:
    """D-numbers add 40 to the day; H-numbers and synthetic ones add 40, 65 or 80 to the month."""
    return any(_is_day(day - d, month - m, year) for d in (0, 40) for m in (0, 40, 65, 80))


def _swedish(found: re.Match[str]) -> bool:
    date, year, month, day, last = found.groups()
    right_day = any(_is_day(int(day) - more, int(month), int(year)) for more in (0, 60))
    return right_day and _luhn(date + last)


def _is_day(day: int, month: int, year: int) -> bool:
    """A date in this century or the last."""
    return 1 <= month <= 12 and 1 <= day <= max(monthrange(century + year, month)[1] for century in (1900, 2000))


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (2 - i % 2) for i, digit in enumerate(digits)]
    return sum(each // 10 + each % 10 for each in doubled) % 10 == 0
