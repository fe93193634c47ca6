"""Code lists: what people read instead of the codes of the contract, made once a language and served from memory."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

import orjson
from fastapi import Path
from pydantic import Field

from api.web.answers import Answer
from api.web.contexts import Read
from api.web.documents import Document
from api.web.operations import Router
from domain import library
from domain.code_lists import Code, CodeList
from domain.errors import NotFound
from domain.organisations import Sector
from domain.permissions import Permission

router = Router(prefix="/v1", tags=["reference"])

Label = Annotated[str, Field(description="In the language asked for.", examples=["Leder"])]
Labels = Annotated[
    dict[str, str],
    Field(
        description="In all five languages, by language tag.",
        examples=[{"nb": "Leder", "nn": "Leiar", "da": "Leder", "sv": "Chef", "en": "Leader"}],
    ),
]
Key = Annotated[
    str,
    Path(
        description="The list's key: the name of the schema in the contract, in snake_case.",
        pattern=r"^[a-z][a-z_]*$",
        max_length=64,
        examples=["role"],
    ),
]


class SectorLabel(Document):
    """What a sector calls it, where that differs."""

    sector: Annotated[Sector, Field(examples=["school"])]
    label: Annotated[str, Field(description="In the language asked for.", examples=["Rektor"])]
    labels: Annotated[
        dict[str, str],
        Field(
            description="In all five languages, by language tag.",
            examples=[{"nb": "Rektor", "nn": "Rektor", "da": "Skoleleder", "sv": "Rektor", "en": "Head teacher"}],
        ),
    ]


class CodeDocument(Document):
    """One code with its labels."""

    code: Annotated[str, Field(description="As it stands in documents; it never changes.", examples=["unit_leader"])]
    label: Label
    labels: Labels
    sectors: Annotated[list[SectorLabel], Field(description="Sectors that call it something else.")]


class CodeListDocument(Document):
    """Every code that a field can hold, in the order in which to offer them."""

    key: Annotated[str, Field(examples=["role"])]
    codes: list[CodeDocument]


class CodeListsDocument(Document):
    """Every code list of the contract."""

    items: list[CodeListDocument]


@router.computes("/code-lists", CodeListsDocument, Permission.CODE_LIST_READ)
async def list_code_lists(read: Read) -> Answer:
    """Every enum of the contract, REST and GraphQL, with a label for each code: what forms and tables show."""
    return await read.shipped(_all)


@router.computes("/code-lists/{key}", CodeListDocument, Permission.CODE_LIST_READ)
async def get_code_list(key: Key, read: Read) -> Answer:
    """One code list."""
    return await read.shipped(lambda locale: _one(key, locale))


@cache
def _all(locale: str) -> bytes:
    return orjson.dumps({"items": [_list(each, locale) for each in library.code_lists().values()]})


def _one(key: str, locale: str) -> bytes:
    found = _each(locale).get(key)
    if found is None:
        raise NotFound
    return found


@cache
def _each(locale: str) -> Mapping[str, bytes]:
    return {key: orjson.dumps(_list(each, locale)) for key, each in library.code_lists().items()}


def _list(each: CodeList, locale: str) -> dict[str, Any]:
    return {"key": each.key, "codes": [_code(code, locale) for code in each.codes]}


def _code(each: Code, locale: str) -> dict[str, Any]:
    sectors = [{"sector": sector, **_labelled(labels, locale)} for sector, labels in each.by_sector.items()]
    return {"code": each.code, **_labelled(each.labels, locale), "sectors": sectors}


def _labelled(labels: Mapping[str, str], locale: str) -> dict[str, Any]:
    return {"label": labels[locale], "labels": dict(labels)}
