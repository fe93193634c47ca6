"""Every refusal as a problem document (RFC 9457): one place where codes get their status and their words."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias
from urllib.parse import quote

import orjson

from api.messages import text
from api.web.answers import Answer, Header
from api.web.headers import NO_STORE
from api.web.refusals import EdgeError
from domain.errors import (
    Conflict,
    DomainError,
    Fault,
    Forbidden,
    IdempotencyKeyReused,
    Inactive,
    Invalid,
    NotFound,
    NotProvisioned,
    OverrideReasonRequired,
    PreconditionFailed,
    PreconditionRequired,
    RulesBroken,
    json_pointer,
)
from domain.evaluations import RuleResult

Refusal: TypeAlias = DomainError | EdgeError

MEDIA_TYPE = "application/problem+json"
TYPE: Header = (b"content-type", MEDIA_TYPE.encode())
UNRESERVED = "/-._~!$&'()*+,;=:@"
"""What stands in a path as it is (RFC 3986 §3.3)."""

STATUSES: Mapping[type[DomainError], int] = MappingProxyType(
    {
        NotFound: 404,
        Forbidden: 403,
        NotProvisioned: 403,
        Inactive: 403,
        Conflict: 409,
        PreconditionFailed: 412,
        PreconditionRequired: 428,
        Invalid: 422,
        OverrideReasonRequired: 422,
        IdempotencyKeyReused: 422,
    }
)
"""403 may not · 404 not (visible) here · 409 not now · 412, 428 stale or no If-Match · 422 not like this."""


def problem(error: Refusal, *, locale: str, instance: str, trace_id: str) -> Answer:
    """The answer for a refusal, in words of this locale; `instance` is the path that was asked for."""
    status = status_of(error)
    document = {
        "type": f"/problems/{error.code}",
        "title": text(locale, f"{error.code}.title", **error.facts),
        "status": status,
        "detail": text(locale, f"{error.code}.detail", **error.facts),
        "instance": quote(instance, safe=UNRESERVED, errors="replace"),
        "code": error.code,
        "trace_id": trace_id,
        "errors": list(_errors(error, locale)),
    }
    fields = error.headers if isinstance(error, EdgeError) else ()
    language = (b"content-language", locale.encode("ascii"))
    return Answer(status, orjson.dumps(document, default=str), (TYPE, language, NO_STORE, *fields))


def status_of(error: Refusal) -> int:
    """The status of a refusal; a class of the domain without a line above has its parent's."""
    return error.status if isinstance(error, EdgeError) else _domain_status(type(error))


def _domain_status(kind: type[DomainError]) -> int:
    for ancestor in kind.__mro__:
        if ancestor in STATUSES:
            return STATUSES[ancestor]
    raise LookupError(f"{kind.__name__} has no status: add it to STATUSES in api/web/problems.py")


def _errors(error: Refusal, locale: str) -> Iterator[dict[str, Any]]:
    if isinstance(error, RulesBroken):
        yield from (violation(found, locale) for found in error.violations)
    elif isinstance(error, Invalid | EdgeError):
        yield from (_fault(fault, locale) for fault in error.faults)
    elif error.pointer:
        yield _fault(Fault(error.code, error.pointer, error.facts), locale)


def _fault(fault: Fault, locale: str) -> dict[str, Any]:
    return {
        "pointer": json_pointer(fault.pointer),
        "code": fault.code,
        "detail": text(locale, f"{fault.code}.detail", **fault.facts),
    }


def violation(found: RuleResult, locale: str) -> dict[str, Any]:
    """One broken rule with all that a person or a form needs to mend it or to override it."""
    return {
        "pointer": json_pointer(found.pointer),
        "code": found.code,
        "detail": text(locale, f"rule.{found.code}.detail", **found.facts),
        "fix": text(locale, f"rule.{found.code}.fix", **found.facts),
        "rule_version": found.version,
        "severity": found.severity,
        "item_id": found.item_id,
        "overridable": found.overridable,
        "override_reasons": list(found.override_reasons),
        "facts": dict(found.facts),
    }
