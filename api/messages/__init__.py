"""Texts for people: one per stable code and language, from gettext catalogues that are compiled at start.

The id of a message is a code and what the text is for: `not_found.title`, `rule.R1a.fix`, `missing.detail`.
Placeholders in braces are filled with facts. A text that depends on a number has a plural form; the number is
the fact `n`. The fact `breach` picks a more exact text where there is one: `rule.R1b.fix` with the breach
over_budget reads `rule.R1b.over_budget.fix`. A rule set may say the same in words of its own, under its key:
`rule.aarhus.teamsamtale.R1a.title`.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO
from typing import Any

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from domain.localisation import DEFAULT_LOCALE, LOCALES

_DAYS_AS = {"en": "en_GB"}  # 2 March 2026, as Nordic readers of English expect
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class _Facts(dict[str, Any]):
    """A text with a gap is better than no text: what a refusal has no fact for reads as an ellipsis."""

    def __missing__(self, name: str) -> str:
        return "…"


def text(locale: str, msgid: str, /, **facts: Any) -> str:
    """The text in that language, else in English, else the id itself; a missing text or fact never raises."""
    for candidate in _candidates(msgid, facts.get("breach")):
        for catalogue in (locale, DEFAULT_LOCALE):
            if template := _template(catalogue, candidate, facts.get("n")):
                shown = _Facts({name: _shown(value, catalogue) for name, value in facts.items()})
                return template.format_map(shown)
    return msgid


def rule_text(locale: str, rule_set: str, code: str, leaf: str, /, **facts: Any) -> str:
    """What a rule set (its key) says of a rule: the exact text of a breach, else its own words, else shared ones."""
    shared, own = f"rule.{code}.{leaf}", f"rule.{rule_set}.{code}.{leaf}"
    exact, _ = _candidates(shared, facts.get("breach", ""))
    known = (msgid for msgid in (exact, own) if _template(DEFAULT_LOCALE, msgid, facts.get("n")) is not None)
    return text(locale, next(known, shared), **{name: value for name, value in facts.items() if name != "breach"})


def compiled() -> Mapping[str, GNUTranslations]:
    """All catalogues; called once at start so that no request waits for it."""
    return {locale: _catalogue(locale) for locale in LOCALES}


@cache
def _catalogue(locale: str) -> GNUTranslations:
    source = (files(__package__) / f"{locale}.po").read_bytes()
    binary = BytesIO()
    write_mo(binary, read_po(BytesIO(source), locale=locale, abort_invalid=True))
    binary.seek(0)
    return GNUTranslations(binary)


def _template(locale: str, msgid: str, number: Any) -> str | None:
    """None where the language is not ours or has no such text: gettext then answers with the id."""
    if locale not in LOCALES:
        return None
    catalogue = _catalogue(locale)
    found = catalogue.ngettext(msgid, msgid, number) if isinstance(number, int) else msgid
    if found == msgid:
        found = catalogue.gettext(msgid)
    return found if found != msgid else None


def _candidates(msgid: str, breach: Any) -> tuple[str, ...]:
    stem, _, leaf = msgid.rpartition(".")
    return (f"{stem}.{breach}.{leaf}", msgid) if isinstance(breach, str) else (msgid,)


def _shown(value: Any, locale: str) -> Any:
    """Days as people write them, lists with commas; everything else as it is."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        return _day(value, locale)
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    return value


def _day(value: str, locale: str) -> str:
    try:
        return format_date(date.fromisoformat(value), "long", _DAYS_AS.get(locale, locale))
    except ValueError:
        return value
