"""Pydantic's findings as our own faults: stable codes and JSON pointers, and never what was sent."""

import re
from ast import literal_eval
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from domain.errors import Fault, Invalid, Pointer

MOST_FAULTS = 100
LONGEST_STEP = 100

CODES: Mapping[str, str] = {
    "missing": "missing",
    "missing_argument": "missing",
    "missing_keyword_only_argument": "missing",
    "missing_positional_only_argument": "missing",
    "union_tag_not_found": "missing",
    "extra_forbidden": "unknown_field",
    "unexpected_keyword_argument": "unknown_field",
    "unexpected_positional_argument": "unknown_field",
    "invalid_key": "unknown_field",
    "no_such_attribute": "unknown_field",
    "frozen_field": "unknown_field",
    "string_too_short": "too_short",
    "bytes_too_short": "too_short",
    "too_short": "too_short",
    "string_too_long": "too_long",
    "bytes_too_long": "too_long",
    "url_too_long": "too_long",
    "too_long": "too_long",
    "greater_than": "too_small",
    "greater_than_equal": "too_small",
    "less_than": "too_large",
    "less_than_equal": "too_large",
    "int_parsing_size": "too_large",
    "decimal_max_digits": "too_large",
    "decimal_whole_digits": "too_large",
    "decimal_max_places": "too_precise",
    "multiple_of": "too_precise",
    "finite_number": "wrong_type",
    "enum": "not_one_of",
    "literal_error": "not_one_of",
    "union_tag_invalid": "not_one_of",
    "date_parsing": "not_a_date",
    "date_type": "not_a_date",
    "date_from_datetime_parsing": "not_a_date",
    "date_from_datetime_inexact": "not_a_date",
    "time_parsing": "not_a_time",
    "time_type": "not_a_time",
    "datetime_parsing": "not_a_date_time",
    "datetime_type": "not_a_date_time",
    "datetime_from_date_parsing": "not_a_date_time",
    "datetime_object_invalid": "not_a_date_time",
    "timezone_aware": "not_aware",
    "timezone_naive": "not_a_date_time",
    "timezone_offset": "not_a_date_time",
    "date_past": "not_in_the_past",
    "datetime_past": "not_in_the_past",
    "date_future": "not_in_the_future",
    "datetime_future": "not_in_the_future",
    "uuid_parsing": "not_a_uuid",
    "uuid_type": "not_a_uuid",
    "uuid_version": "not_a_uuid",
    "string_pattern_mismatch": "pattern",
    "string_not_ascii": "pattern",
    "url_parsing": "not_a_url",
    "url_type": "not_a_url",
    "url_syntax_violation": "not_a_url",
    "url_scheme": "not_a_url",
    "int_from_float": "wrong_type",
    "string_unicode": "wrong_type",
    "none_required": "wrong_type",
    "is_instance_of": "wrong_type",
    "value_error": "not_accepted",
    "assertion_error": "not_accepted",
}
"""Ours by Pydantic's, where it isn't `…_type` or `…_parsing`, which all mean wrong_type."""

FACTS: Mapping[str, str] = {
    "min_length": "min",
    "max_length": "max",
    "ge": "min",
    "le": "max",
    "expected": "expected",
    "expected_tags": "expected",
    "pattern": "pattern",
}
"""The data of a finding that a text may show: all of it comes from the schema, none from the client."""

_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|-?\d+""")


def invalid(error: ValidationError, body: Any = None) -> Invalid:
    """The refusal for what Pydantic found, at most 100 faults; see `faults_of`."""
    return Invalid(faults_of(error, body))


def faults_of(error: ValidationError, body: Any = None, *, at: Pointer = ()) -> list[Fault]:
    """One fault for each finding; `body` is what was validated, `at` where it stands in the document.

    Pydantic's places name union members and validators too; what isn't a step in `body` is left out of
    the pointer. Several findings about one value under the same code count once (members of a union).
    """
    found: dict[tuple[str, Pointer], Fault] = {}
    for finding in error.errors(include_url=False, include_input=False):
        code = code_of(finding["type"])
        pointer = at + _steps(finding["loc"], body)
        found.setdefault((code, pointer), Fault(code, pointer, _facts(finding.get("ctx", {}))))
        if len(found) == MOST_FAULTS:
            break
    return list(found.values())


def code_of(kind: str) -> str:
    """Our code for an error type of Pydantic's; one that a validator of ours raised is its own code."""
    if kind in CODES:
        return CODES[kind]
    return "wrong_type" if kind.endswith(("_type", "_parsing")) else kind


def _facts(context: Mapping[str, Any]) -> dict[str, Any]:
    facts = {FACTS[name]: value for name, value in context.items() if name in FACTS}
    if "expected" in facts:
        facts["expected"] = _choices(facts["expected"])
    if "gt" in context:
        facts["min"] = _next(context["gt"], 1)
    if "lt" in context:
        facts["max"] = _next(context["lt"], -1)
    return facts


def _choices(expected: str) -> list[str]:
    """Pydantic names choices as Python and English write them: 'a', 'b' or "it's"."""
    return [str(literal_eval(each)) for each in _QUOTED.findall(expected)]


def _next(limit: Any, step: int) -> Any:
    """Among whole numbers, the only ones that we bound this way, "more than 3" is "at least 4"."""
    return limit + step if isinstance(limit, int) else limit


def _steps(place: tuple[str | int, ...], body: Any) -> Pointer:
    steps: list[str | int] = []
    here = body
    for position, step in enumerate(place):
        inside = _holds(here, step)
        if inside or body is None or (position == len(place) - 1 and isinstance(here, dict)):
            steps.append(step[:LONGEST_STEP] if isinstance(step, str) else step)
        here = here[step] if inside else here
    return tuple(steps)


def _holds(here: Any, step: str | int) -> bool:
    if isinstance(here, list):
        return isinstance(step, int) and step < len(here)
    return isinstance(here, dict) and step in here
