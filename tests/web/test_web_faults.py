"""What Pydantic finds becomes our own codes and pointers, and nothing that was sent comes back."""

import enum
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Literal, get_args
from uuid import UUID

import pytest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError, core_schema

from api.messages import text
from api.web.faults import CODES, MOST_FAULTS, code_of, faults_of, invalid
from domain.errors import Fault, Invalid
from domain.localisation import LOCALES


class Track(enum.StrEnum):
    DEVELOPMENT = "development"


class Read(BaseModel):
    kind: Literal["read"]
    pages: int


class Think(BaseModel):
    kind: Literal["think"]


class Draft(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: Annotated[str, Field(min_length=2, max_length=5, pattern="^[a-z]+$")] = "abc"
    track: Track = Track.DEVELOPMENT
    mandate: Literal["open", "partly, perhaps", "it's closed"] = "open"
    minutes: Annotated[int, Field(ge=1, lt=60)] = 5
    on: date = date(2026, 1, 1)
    at: time = time(8)
    starts_at: AwareDatetime | None = None
    owner: UUID | None = None
    share: Annotated[Decimal, Field(max_digits=3, decimal_places=1)] = Decimal(1)
    tags: Annotated[list[str], Field(max_length=1)] = []
    tasks: list[Annotated[Read | Think, Field(discriminator="kind")]] = []
    either: int | date = 1
    names: dict[UUID, str] = {}
    zone: str = "Europe/Oslo"

    @field_validator("zone")
    @classmethod
    def known(cls, zone: str) -> str:
        if zone == "nowhere":
            raise PydanticCustomError("not_a_zone", "no such zone")
        if zone == "hell":
            raise ValueError("no such place as hell")
        return zone


class Outer(BaseModel):
    draft: Draft
    note: str


def found(body, model=Draft):
    with pytest.raises(ValidationError) as error:
        model.model_validate(body)
    return faults_of(error.value, body)


@pytest.mark.parametrize(
    ("body", "code", "pointer", "facts"),
    [
        ({"colour": 1}, "unknown_field", ("colour",), {}),
        ({"title": 7}, "wrong_type", ("title",), {}),
        ({"title": "a"}, "too_short", ("title",), {"min": 2}),
        ({"title": "abcdef"}, "too_long", ("title",), {"max": 5}),
        ({"title": "ABC"}, "pattern", ("title",), {"pattern": "^[a-z]+$"}),
        ({"track": "fun"}, "not_one_of", ("track",), {"expected": ["development"]}),
        ({"mandate": "x"}, "not_one_of", ("mandate",), {"expected": ["open", "partly, perhaps", "it's closed"]}),
        ({"minutes": 0}, "too_small", ("minutes",), {"min": 1}),
        ({"minutes": 60}, "too_large", ("minutes",), {"max": 59}),
        ({"minutes": 1.5}, "wrong_type", ("minutes",), {}),
        ({"on": "soon"}, "not_a_date", ("on",), {}),
        ({"at": "noon"}, "not_a_time", ("at",), {}),
        ({"starts_at": "2026-01-01T08:00:00"}, "not_aware", ("starts_at",), {}),
        ({"starts_at": "then"}, "not_a_date_time", ("starts_at",), {}),
        ({"owner": "me"}, "not_a_uuid", ("owner",), {}),
        ({"share": "0.123"}, "too_precise", ("share",), {}),
        ({"tags": ["a", "b"]}, "too_long", ("tags",), {"max": 1}),
        ({"tags": ["a", 2][1:]}, "wrong_type", ("tags", 0), {}),
        ({"tasks": [{"kind": "read", "pages": "x"}]}, "wrong_type", ("tasks", 0, "pages"), {}),
        ({"tasks": [{"kind": "read"}]}, "missing", ("tasks", 0, "pages"), {}),
        ({"tasks": [{"kind": "play"}]}, "not_one_of", ("tasks", 0), {"expected": ["read", "think"]}),
        ({"tasks": [{}]}, "missing", ("tasks", 0), {}),
        ({"names": {"x": "y"}}, "not_a_uuid", ("names", "x"), {}),
        ({"zone": "nowhere"}, "not_a_zone", ("zone",), {}),
        ({"zone": "hell"}, "not_accepted", ("zone",), {}),
        ([], "wrong_type", (), {}),
        (None, "wrong_type", (), {}),
    ],
)
def test_each_finding_has_our_code_and_its_place(body, code, pointer, facts):
    (fault,) = found(body)
    assert (fault.code, fault.pointer, dict(fault.facts)) == (code, pointer, facts)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("fault", [*found({"mandate": "x"}), Fault("not_one_of", (), {"expected": ["a", "b"]})])
def test_choices_are_named_as_they_are_written(fault, locale):
    """Values and commas: no quotes of Python's and no English words between them."""
    said = text(locale, "not_one_of.detail", **fault.facts)
    assert said.partition(": ")[2] == ", ".join(fault.facts["expected"]) + "."


def test_all_faults_come_at_once_and_missing_ones_have_a_place():
    faults = found({"draft": {"minutes": 0, "owner": "me"}}, Outer)
    assert {fault.pointer for fault in faults} == {("draft", "minutes"), ("draft", "owner"), ("note",)}


def test_the_members_of_a_union_leave_no_step_in_the_pointer():
    assert {fault.pointer for fault in found({"either": "x"})} == {("either",)}


def test_nothing_that_was_sent_comes_back():
    secret = "hunter2"
    faults = found(
        {"title": secret * 9, "on": secret, "owner": secret, "zone": secret, "track": secret, "tags": secret}
    )
    assert secret not in repr([(fault.code, fault.facts) for fault in faults])


def test_there_are_at_most_a_hundred_faults_and_no_endless_names():
    faults = found({f"x{number}" * 200: 1 for number in range(500)})
    assert len(faults) == MOST_FAULTS
    assert max(len(str(fault.pointer[0])) for fault in faults) == 100


def test_the_refusal_carries_them():
    with pytest.raises(ValidationError) as error:
        Draft.model_validate({"minutes": 0})
    refusal = invalid(error.value, {"minutes": 0})
    assert isinstance(refusal, Invalid)
    assert [fault.code for fault in refusal.faults] == ["too_small"]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("code", sorted({*CODES.values(), "wrong_type"}))
def test_every_code_has_words(code, locale):
    assert text(locale, f"{code}.detail") != f"{code}.detail"


INTERNAL = {
    "ellipsis_error",
    "missing_sentinel_error",
    "needs_python_object",
    "json_invalid",
    "recursion_loop",
    "recursion_depth_exceeded",
    "get_attribute_error",
    "default_factory_not_called",
    "iteration_error",
    "frozen_instance",
    "multiple_argument_values",
    "bytes_invalid_encoding",
    "is_subclass_of",
    "set_item_not_hashable",
}
"""What JSON validated by a command of ours can't give rise to."""


def test_every_finding_that_json_can_cause_has_a_code_of_ours():
    kinds = set(get_args(core_schema.ErrorType)) - INTERNAL
    assert {kind for kind in kinds if code_of(kind) not in CODES.values()} == set()
