"""Languages: which one answers, which name shows, and how Nordic names are ordered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.localisation import LOCALES, chain, fallback_chain, negotiate, resolve_name, sort_key, supported


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("nb", "nb"),
        ("no", "nb"),
        ("no-NO", "nb"),
        ("NO_no", "en"),  # an underscore makes no language range
        ("nn-NO", "nn"),
        ("da-DK, en;q=0.8", "da"),
        ("sv-FI", "sv"),
        ("en-US,en;q=0.9,nb;q=0.8", "en"),
        ("fi, sv;q=0.5, da;q=0.9", "da"),
        ("de, fr", "en"),
        ("nb;q=0, da;q=0.1", "da"),
        ("nb;q=0.0", "en"),
        ("*", "en"),
        ("da;q=banana, sv", "sv"),
        ("", "en"),
        (None, "en"),
        (",,;;=,\x00", "en"),
        (b"nn;q=0.5, da;q=0.4", "nn"),
        (b"\xff\xfe", "en"),
    ],
)
def test_the_header_decides(header, locale):
    assert negotiate(header) == locale


def test_header_then_person_then_tenant_then_english():
    assert negotiate("da", person="nn", tenant="sv") == "da"
    assert negotiate("fi", person="nn", tenant="sv") == "nn"
    assert negotiate(None, person=None, tenant="sv") == "sv"
    assert negotiate(None, person="fi", tenant="xx") == "en"


def test_the_chain_holds_the_wishes_then_the_neighbours():
    assert chain("nn, nb;q=0.9, en-US;q=0.7", "da") == ("nn", "nb", "en", "da", "sv")
    assert chain(None, "sv") == ("sv", "nb", "da", "nn", "en")
    assert fallback_chain("nn") == ("nn", "nb", "da", "sv", "en")
    assert fallback_chain("fi") == fallback_chain("en")


def test_tags_of_any_shape():
    assert supported("NO_no") == "nb"
    assert supported("x-klingon") is None


def test_a_name_is_shown_in_the_best_language_there_is():
    names = {"nb": "Skogen skole", "en": "Forest School"}
    assert resolve_name(names, fallback_chain("nn")) == "Skogen skole"
    assert resolve_name(names, fallback_chain("en")) == "Forest School"
    assert resolve_name({"se": "Vuovddi skuvla"}, fallback_chain("nb")) == "Vuovddi skuvla"
    assert resolve_name({"nb": "", "da": "Skoven"}, fallback_chain("nb")) == "Skoven"
    assert resolve_name({}, fallback_chain("nb")) == ""


@pytest.mark.parametrize(
    ("locale", "ordered"),
    [
        ("nb", ["abe", "Ærfugl", "Ødegård", "Å-plan", "Ålesund", "Årnes", "Aase"]),
        ("da", ["Zoo", "Äng", "Ærø", "Ødum", "Öland", "Åby", "Aarhus"]),
        ("sv", ["Aarhus", "Zoo", "Åby", "Älvsbyn", "Ærø", "Ødum", "Öland"]),
        ("en", ["Aarhus", "Åby", "Ærø", "Älvsbyn", "Ødum", "Öland", "Zoo"]),
    ],
)
def test_alphabets_end_as_their_readers_expect(locale, ordered):
    assert sorted(set(ordered), key=lambda name: sort_key(name, locale)) == ordered


def test_case_accents_and_form_only_decide_between_equals():
    names = ["elan", "Élan", "elandet"]
    assert sorted(set(names), key=lambda name: sort_key(name, "nb")) == names
    assert sort_key("A\u030arhus", "da") == sort_key("ÅRHUS", "da")
    assert sort_key("  Åby   skole ", "da") == sort_key("Åby skole", "da")


@given(st.text(max_size=300) | st.binary(max_size=300), st.none() | st.text(max_size=9))
def test_negotiation_always_ends_in_one_of_ours(header, person):
    assert negotiate(header, person=person) in LOCALES
    assert sorted(chain(header, person)) == sorted(LOCALES)


@given(st.text(max_size=60), st.sampled_from([*LOCALES, "fi"]))
def test_a_sort_key_is_stable_and_can_be_stored(text, locale):
    key = sort_key(text, locale)
    assert key == sort_key(text, locale)
    assert key == sort_key(text.casefold(), locale)
    assert "\x00" not in key
