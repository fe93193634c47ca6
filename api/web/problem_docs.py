"""Problem documents as the contract publishes them: their schema, and one example of each."""

from collections.abc import Iterable, Mapping
from functools import cache
from http import HTTPStatus
from types import MappingProxyType
from typing import Any
from uuid import UUID

import orjson

from api.web import refusals
from api.web.problems import MEDIA_TYPE, Refusal, problem, status_of
from domain import errors
from domain.evaluations import Result, RuleResult
from domain.rule_sets import Severity

SCHEMA_REFERENCE = "#/components/schemas/Problem"
ERROR_REFERENCE = "#/components/schemas/ProblemError"
EXAMPLE_REFERENCE = "#/components/examples/"
TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
ITEM_ID = UUID("0198f3c2-6f00-7000-8000-000000000002")

VIOLATION = RuleResult(
    code="R2a",
    version=1,
    result=Result.VIOLATION,
    severity=Severity.REQUIRE,
    facts={"breach": "not_a_question"},
    pointer=("agenda", 1, "question"),
    item_id=ITEM_ID,
    override_reasons=("statutory_decision", "external_deadline"),
)

EXAMPLES: Mapping[str, Refusal] = MappingProxyType(
    {
        example.code: example
        for example in (
            errors.NotFound(),
            errors.Forbidden(permission="meeting:publish"),
            errors.NotProvisioned(),
            errors.Inactive(),
            errors.Conflict(),
            errors.WrongState(state="published", verb="publish", allowed=["agenda_draft"]),
            errors.AgendaFrozen(),
            errors.AlreadyStarted(),
            errors.AlreadyExists(pointer=("external_ids",)),
            errors.Cycle(on="2026-08-01"),
            errors.PeriodOverlap(),
            errors.StillInUse(by="teams", count=3),
            errors.LastAdministrator(),
            errors.Invalid([errors.Fault("missing", ("title",)), errors.Fault("too_long", ("place",), {"max": 200})]),
            errors.RulesBroken([VIOLATION]),
            errors.RuleNotOverridable(rule_code="R3a"),
            errors.OverrideReasonRequired(rule_code="R1a", allowed=["urgent", "child_safety", "illness_cover"]),
            errors.PreconditionRequired(),
            errors.PreconditionFailed(revision=8),
            errors.IdempotencyKeyInUse(),
            errors.IdempotencyKeyReused(),
            refusals.BodyMissing(),
            refusals.MalformedJson(line=3, column=17),
            refusals.NotUtf8(),
            refusals.TooDeep(limit=64),
            refusals.TooManyValues(limit=10_000),
            refusals.DuplicateKey(),
            refusals.InvalidNumber(),
            refusals.InvalidText(),
            refusals.UnknownParameter(parameter="colour"),
            refusals.InvalidParameter(parameter="limit"),
            refusals.CursorInvalid(),
            refusals.HeaderInvalid(header="If-Match"),
            refusals.Unauthenticated(),
            refusals.TokenNotAccepted("token_invalid"),
            refusals.TokenNotAccepted("token_expired"),
            refusals.TokenNotAccepted("client_not_enrolled", 403),
            refusals.MethodNotAllowed(["GET", "HEAD", "OPTIONS"]),
            refusals.NotAcceptable(available="application/json, application/problem+json"),
            refusals.BodyTooLarge(limit=1_048_576),
            refusals.UnsupportedMediaType("application/json"),
            refusals.Internal(),
            refusals.Unavailable(),
            refusals.TimedOut(),
        )
    }
)
"""One refusal of every code, with the facts that its words need."""

FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "www-authenticate": "How to sign in, and why the token wasn't accepted (RFC 6750, RFC 9728).",
        "allow": "Every method that there is at this path.",
        "accept": "The media type that this operation reads.",
        "accept-patch": "The media type of a patch.",
        "accept-encoding": "Bodies are read as they are, without compression.",
        "retry-after": "Seconds to wait before trying again.",
    }
)

TEXT: Mapping[str, Any] = MappingProxyType({"type": "string"})

ERROR_SCHEMA: Mapping[str, Any] = MappingProxyType(
    {
        "type": "object",
        "title": "ProblemError",
        "description": "One thing that is wrong; the last seven fields come with a broken rule only.",
        "required": ["pointer", "code", "detail"],
        "properties": {
            "pointer": {**TEXT, "description": "JSON pointer into the document; empty for all of it."},
            "code": {**TEXT, "description": "Stable; for a broken rule the rule's own."},
            "detail": {**TEXT, "description": "What is wrong, in the language negotiated."},
            "fix": {**TEXT, "description": "What would mend it."},
            "rule_version": {"type": "integer", "description": "The rule's version."},
            "severity": {**TEXT, "enum": [*Severity], "description": "How firmly the rule holds for this owner."},
            "item_id": {"type": ["string", "null"], "format": "uuid", "description": "The agenda item, if it is one."},
            "overridable": {"type": "boolean", "description": "Whether a reason lets it pass."},
            "override_reasons": {
                "type": "array",
                "items": dict(TEXT),
                "description": "The codes of the reasons that do; `GET /v1/rule-sets` has their labels.",
            },
            "facts": {
                "type": "object",
                "additionalProperties": True,
                "description": "What the detail was written from.",
            },
        },
        "additionalProperties": False,
    }
)
"""Of each entry in a problem document's `errors`."""

PROBLEM_SCHEMA: Mapping[str, Any] = MappingProxyType(
    {
        "type": "object",
        "title": "Problem",
        "description": "Why a request was refused (RFC 9457). Programs go by `code`, people by `detail`.",
        "required": ["type", "title", "status", "detail", "instance", "code", "trace_id", "errors"],
        "properties": {
            "type": {
                **TEXT,
                "format": "uri-reference",
                "description": "A page that explains this kind of problem.",
            },
            "title": {**TEXT, "description": "What kind of problem it is, in the language negotiated."},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {**TEXT, "description": "What is wrong this time and how to mend it."},
            "instance": {**TEXT, "format": "uri-reference", "description": "The path that was asked for."},
            "code": {
                **TEXT,
                "pattern": "^[a-z][a-z0-9_]*$",
                "description": "Stable for ever; see openapi/problems.md.",
            },
            "trace_id": {
                **TEXT,
                "pattern": "^[0-9a-f]{32}$",
                "description": "Finds this request in the log.",
            },
            "errors": {
                "type": "array",
                "description": "Every single thing that is wrong, so that all can be mended in one go.",
                "items": {"$ref": ERROR_REFERENCE},
            },
        },
        "additionalProperties": False,
    }
)
"""Of every problem document; stands in the OpenAPI document through `problem_components`."""


@cache
def example(code: str, locale: str = "en") -> Mapping[str, Any]:
    """The problem document of a code as it is answered."""
    answer = problem(EXAMPLES[code], locale=locale, instance="/v1/meetings/0198f3c2", trace_id=TRACE_ID)
    document: dict[str, Any] = orjson.loads(answer.body)
    return MappingProxyType(document)


def problem_components() -> dict[str, dict[str, Any]]:
    """What the OpenAPI document's `components` need for `documented`: the schema and one example a code."""
    examples = {code: {"summary": example(code)["title"], "value": dict(example(code))} for code in EXAMPLES}
    schemas = {"Problem": dict(PROBLEM_SCHEMA), "ProblemError": dict(ERROR_SCHEMA)}
    return {"schemas": schemas, "examples": examples}


def documented(*kinds: type[Refusal]) -> dict[int | str, dict[str, Any]]:
    """What FastAPI's `responses=` needs for these refusals: problem documents, and no other media type.

    A class stands for all its codes: documented(TokenNotAccepted) shows each way a token can be refused.
    """
    responses: dict[int | str, dict[str, Any]] = {}
    for status, found in sorted(_by_status(kinds).items()):
        responses[status] = {
            "description": f"{HTTPStatus(status).phrase}: {', '.join(found)}",
            "headers": _fields(found),
            "content": {MEDIA_TYPE: {"schema": {"$ref": SCHEMA_REFERENCE}, "examples": _examples(found)}},
        }
    return responses


def _by_status(kinds: Iterable[type[Refusal]]) -> dict[int, dict[str, Refusal]]:
    """The examples of these classes by status and code."""
    found: dict[int, dict[str, Refusal]] = {}
    for kind in kinds:
        for code, refusal in EXAMPLES.items():
            if type(refusal) is kind:
                found.setdefault(status_of(refusal), {})[code] = refusal
    return found


def _examples(found: Iterable[str]) -> dict[str, Any]:
    """References, because the same few examples would stand at every operation."""
    return {code: {"$ref": f"{EXAMPLE_REFERENCE}{code}"} for code in found}


def _fields(found: Mapping[str, Refusal]) -> dict[str, Any]:
    edge = (refusal for refusal in found.values() if isinstance(refusal, refusals.EdgeError))
    names = sorted({name.decode("ascii") for refusal in edge for name, _ in refusal.headers})
    return {_title(name): {"description": FIELDS[name], "schema": dict(TEXT)} for name in names}


def _title(name: str) -> str:
    return "WWW-Authenticate" if name == "www-authenticate" else name.title()
