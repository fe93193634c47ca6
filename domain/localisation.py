"""Five languages: which one is answered in, which name is shown, and in which order Nordic names stand."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

LOCALES = ("nb", "nn", "da", "sv", "en")
DEFAULT_LOCALE = "en"

_ALIASES = MappingProxyType({"no": "nb"})
_RANGE = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?")
_LONGEST_HEADER = 500

_NEIGHBOURS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {  # the language itself, then the ones its readers read most easily
        "nb": ("nb", "nn", "da", "sv", "en"),
        "nn": ("nn", "nb", "da", "sv", "en"),
        "da": ("da", "nb", "nn", "sv", "en"),
        "sv": ("sv", "nb", "da", "nn", "en"),
        "en": ("en", "nb", "da", "sv", "nn"),
    }
)

_AE, _OE, _AA = "{", "|", "}"  # the three code points that follow z
_DANO_NORWEGIAN = MappingProxyType({"æ": _AE, "ä": _AE, "ø": _OE, "ö": _OE, "å": _AA, "ü": "y"})
_SWEDISH = MappingProxyType({"å": _AE, "ä": _OE, "æ": _OE, "ö": _AA, "ø": _AA, "ü": "y"})
_ENGLISH = MappingProxyType({"æ": "ae", "ø": "o"})
_LETTERS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"nb": _DANO_NORWEGIAN, "nn": _DANO_NORWEGIAN, "da": _DANO_NORWEGIAN, "sv": _SWEDISH, "en": _ENGLISH}
)
_PLAIN = MappingProxyType({"ð": "d", "þ": "th", "œ": "oe", "đ": "d", "ł": "l", "ŋ": "n", "ŧ": "t"})
_SEPARATOR = "\x1f"


def supported(tag: str) -> str | None:
    """The locale that a language tag (any case, any region) asks for, or None; `no` and `no-NO` mean nb."""
    primary = tag.strip().replace("_", "-").split("-", 1)[0].casefold()
    locale = _ALIASES.get(primary, primary)
    return locale if locale in LOCALES else None


def negotiate(header: str | bytes | None, *, person: str | None = None, tenant: str | None = None) -> str:
    """The locale to answer in: what Accept-Language asks for, else the person's, else the tenant's, else en.

    Total: whatever the header holds, malformed parts are passed over.
    """
    return chain(header, person, tenant)[0]


@lru_cache(maxsize=512)
def asked_for(header: str | bytes | None) -> str | None:
    """The best of our locales that Accept-Language itself names, or None: then somebody else's wish counts."""
    text = header.decode("latin-1") if isinstance(header, bytes) else header or ""
    tags = _wanted(text[:_LONGEST_HEADER])
    return next((locale for tag in tags if (locale := supported(tag)) is not None), None)


def chain(header: str | bytes | None, *others: str | None) -> tuple[str, ...]:
    """All five locales, best first: the header's wishes, then `others`, then the neighbours of the best.

    The neighbours of a language are those that its readers read most easily; with no wish at all it is en.
    """
    return _chain((header or "")[:_LONGEST_HEADER], others)


@lru_cache(maxsize=512)
def _chain(header: str | bytes, others: tuple[str | None, ...]) -> tuple[str, ...]:
    asked = header.decode("latin-1") if isinstance(header, bytes) else header
    tags = (*_wanted(asked), *(other for other in others if other is not None))
    wished = [locale for tag in tags if (locale := supported(tag)) is not None]
    best = wished[0] if wished else DEFAULT_LOCALE
    return tuple(dict.fromkeys((*wished, *_NEIGHBOURS[best])))


def fallback_chain(locale: str) -> tuple[str, ...]:
    """All five locales in the order in which a reader of this one is served; an unknown one reads as en."""
    return chain(None, locale)


def resolve_name(names: Mapping[str, str], locales: Sequence[str]) -> str:
    """The first name that there is in the chain, else any there is (in the order of tags), else nothing."""
    for locale in (*locales, *sorted(names)):
        if name := names.get(locale, ""):
            return name
    return ""


def sort_key(text: str, locale: str) -> str:
    """A stored key: compared by code point (collation "C") it gives the order of the locale's own alphabet.

    nb, nn, da: æ ø å last, ä and ö among them, aa as å; sv: å ä ö last, æ and ø among them; en: bare letters.
    Case and other accents only decide between equals. Never contains NUL.
    """
    plain = search_key(text)
    letters = _LETTERS[supported(locale) or DEFAULT_LOCALE]
    spelled = plain.replace("aa", "å") if letters is _DANO_NORWEGIAN else plain
    primary = "".join(letters[each] if each in letters else _bare(each) for each in spelled)
    return f"{primary}{_SEPARATOR}{plain}"


def search_key(text: str) -> str:
    """A text as searches compare it: case and the number of spaces don't count. Every sort key ends in one."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return " ".join(folded.replace("\x00", " ").split())


def _bare(letter: str) -> str:
    """The letter without accents; the three places after z are kept free for the letters that live there."""
    if letter in _PLAIN:
        return _PLAIN[letter]
    if letter in {_AE, _OE, _AA}:
        return "!"
    return "".join(part for part in unicodedata.normalize("NFD", letter) if not unicodedata.combining(part))


def _wanted(header: str) -> tuple[str, ...]:
    """The tags of an Accept-Language header, most wanted first; what has weight 0 is left out."""
    ranges = (_RANGE.fullmatch(part) for part in header.split(","))
    weighed = [(float(found.group(2) or 1), found.group(1)) for found in ranges if found]
    weighed.sort(key=lambda pair: -pair[0])
    return tuple(tag for weight, tag in weighed if weight > 0)
