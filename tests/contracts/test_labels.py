"""No code without words: the code lists hold every enum of both contracts, code by code and in the same order."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLEnumType, build_schema
from harness.contract import contract

from domain import library
from domain.localisation import LOCALES

SDL = (Path(__file__).parents[2] / "openapi" / "schema.graphql").read_text("utf-8")
SCHEMAS = contract().document["components"]["schemas"]
LISTS = {key: [each.code for each in found.codes] for key, found in library.code_lists().items()}


def key_of(name: str) -> str:
    """MeetingState is the list meeting_state."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def named() -> dict[str, list[str]]:
    """Every enum that has a name of its own in OpenAPI or in the SDL."""
    types = build_schema(SDL).type_map
    graphql = {name: list(each.values) for name, each in types.items() if isinstance(each, GraphQLEnumType)}
    rest = {name: schema["enum"] for name, schema in SCHEMAS.items() if "enum" in schema}
    assert {name: graphql[name] for name in rest.keys() & graphql} == {
        name: rest[name] for name in rest.keys() & graphql
    }
    return {key_of(name): values for name, values in (graphql | rest).items() if not name.startswith("__")}


def inline(value: Any, name: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every enum that stands in a field or parameter, with its name."""
    if isinstance(value, list):
        for each in value:
            yield from inline(each, name)
    elif isinstance(value, dict):
        name = value["name"] if "in" in value else name
        if "enum" in value and value is not SCHEMAS.get(name):
            yield name, tuple(value["enum"])
        for key, each in value.items():
            if key not in {"example", "examples"}:
                yield from inline(each, name if key in {"anyOf", "items", "schema"} else key)


ALONE = {codes for name, codes in inline(contract().document) if name != "include"}
"""The enums without a name of their own; names of links are no codes."""


@pytest.mark.parametrize("key", sorted(named()))
def test_every_enum_of_the_contract_has_its_labels(key):
    """Red for a new enum, or a new code of an old one: write its labels in domain/library/labels/<feature>.toml."""
    assert LISTS.get(key) == named()[key]


def test_codes_that_stand_in_a_field_alone_are_part_of_a_list():
    assert ("active", "inactive") in ALONE
    assert [codes for codes in ALONE if not any(set(codes) <= set(each) for each in LISTS.values())] == []


def test_no_list_is_left_over_that_the_contract_does_not_use():
    used = {key for key, codes in LISTS.items() if tuple(codes) in ALONE}
    assert LISTS.keys() - named().keys() - used == set()


def test_every_code_has_a_label_in_each_language_and_no_two_read_alike():
    for key, found in library.code_lists().items():
        for locale in LOCALES:
            labels = [each.labels[locale] for each in found.codes]
            assert all(label and label == label.strip() and len(label) <= 80 for label in labels), key
            assert len(set(labels)) == len(labels), (key, locale, labels)
