"""The labels of the library: complete in five languages, called by sector what the sector calls them."""

import pytest

from domain import library
from domain.library.code_lists import code_lists_from
from domain.library.reading import LibraryError
from domain.localisation import LOCALES
from domain.organisations import Sector

WORDS = dict.fromkeys(LOCALES, "Ord")


def labels(key, code, sector=None):
    (found,) = (each for each in library.code_lists()[key].codes if each.code == code)
    return found.by_sector[sector] if sector else found.labels


def test_what_a_sector_calls_a_role_never_changes_its_key():
    assert labels("role", "unit_leader")["nb"] == "Leder"
    assert labels("role", "unit_leader", Sector.SCHOOL)["nb"] == "Rektor"
    assert labels("role", "unit_leader", Sector.KINDERGARTEN)["nb"] == "Styrer"
    assert labels("role", "unit_leader", Sector.KINDERGARTEN)["da"] == "Dagtilbudsleder"
    assert labels("duty", "facilitator", Sector.SCHOOL)["da"] == "Ressourceperson"
    assert labels("duty", "facilitator", Sector.KINDERGARTEN)["da"] == "Fagligt fyrtårn"


def test_a_sector_only_says_what_differs():
    for found in library.code_lists().values():
        for code in found.codes:
            for sector, own in code.by_sector.items():
                assert dict(own) != dict(code.labels), (found.key, code.code, sector)


def test_lists_and_labels_can_not_be_changed():
    with pytest.raises(TypeError):
        labels("role", "admin")["nb"] = "Sjef"
    with pytest.raises(TypeError):
        library.code_lists()["role"] = None


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"track": {"none": {**WORDS, "sv": " "}}}, "track.none: a text is needed in each"),
        ({"track": {"none": {"nb": "Ingen"}}}, "track.none: a text is needed in each"),
        ({"track": {"none": {**WORDS, "se": "Ii"}}}, "track.none: a text is needed in each"),
        ({"track": {}}, "track has no codes"),
        ({"track": {"none": WORDS}, "sectors": {"school": {"track": {"some": WORDS}}}}, "'some'.*school is no code"),
        ({"track": {"none": WORDS}, "sectors": {"school": {"trick": {"none": WORDS}}}}, "'none'.*school is no code"),
        ({"track": {"none": WORDS}, "sectors": {"sea": {"track": {"none": WORDS}}}}, "'sea' is not one of"),
        ({"track": {"none": WORDS}, "sectors": {"school": {"track": {"none": {}}}}}, "track.none: a text is needed"),
    ],
)
def test_labels_that_are_missing_or_lead_nowhere_are_refused(table, said):
    with pytest.raises(LibraryError, match=said):
        list(code_lists_from(table))
