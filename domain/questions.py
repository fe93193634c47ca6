"""Whether a text has the form of one question: a check of form that must never be fooled by abbreviations."""

import re

_CLOSING = "»”\"'’)] "
_ASKED = re.compile(r"[?!]+\s+\S|[?!]+[»”\"'’)\]]+\s+[A-ZÆØÅÄÖ]")
_STOPPED = re.compile(r"(\S*)\.(?=[\s]+[«“\"'(]*[A-ZÆØÅÄÖ0-9])")
_NEW_LINE = re.compile(r"\S\s*[\r\n]\s*\S")
_ABBREVIATIONS = frozenset(
    [
        *(
            "ca",
            "dr",
            "evt",
            "ev",
            "f",
            "fx",
            "jf",
            "jfr",
            "jmf",
            "kap",
            "kl",
            "max",
            "min",
            "mr",
            "mrs",
            "ms",
        ),
        *("mv", "mvh", "nr", "no", "osv", "pkt", "prof", "s", "sek", "st", "tlf", "vs", "vol", "etc", "inkl"),
    ]
)


def question_breach(text: str | None) -> str | None:
    """None for one sentence that asks; else missing, not_a_question or several_sentences (R2a)."""
    asked = (text or "").strip()
    if not any(letter.isalpha() for letter in asked):
        return "missing"
    if not asked.rstrip(_CLOSING).endswith("?"):
        return "not_a_question"
    return "several_sentences" if _is_several(asked) else None


def _is_several(asked: str) -> bool:
    if _ASKED.search(asked) or _NEW_LINE.search(asked):
        return True
    return any(_ends_sentence(found.group(1)) for found in _STOPPED.finditer(asked))


def _ends_sentence(word: str) -> bool:
    """A stop after an abbreviation (f.eks.), an initial (K.) or an ordinal number (3.) ends no sentence."""
    bare = word.lstrip("«“\"'(")
    return not ("." in bare or len(bare) < 2 or bare.isdigit() or bare.casefold() in _ABBREVIATIONS)
