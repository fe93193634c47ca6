"""An example of every answer, made from the schemas, so that none can go out of date."""

from collections.abc import Mapping
from typing import Any

WORDS: Mapping[str, Any] = {
    "address": "Skolevegen 12, 3400 Lier",
    "background": "Kartleggingen viser at færre leser hjemme.",
    "calendar": "no.public@1+owner.2026@1",
    "consultation_note": "Enige om å prøve et skoleår.",
    "decided_by": "Teamet",
    "due_at": "2026-03-09T11:00:00Z",
    "email": "ingrid.solberg@fjordby.example",
    "ends_at": "2026-03-10T14:00:00Z",
    "lang": "nb",
    "latitude": 59.79,
    "longitude": 10.24,
    "locale": "nb",
    "name": "Bjerkelia skole",
    "names": {"nb": "Bjerkelia skole"},
    "next_cursor": None,
    "outcome": "created",
    "place": "Personalrommet",
    "point": "publish",
    "profile": "lier.roald@1",
    "proposal_text": None,
    "published_at": None,
    "question": "Hvordan kan vi få flere til å lese?",
    "reason_code": "urgent",
    "reason_text": "Et barn trenger hjelp nå.",
    "rule_code": "R1a",
    "rule_set": "lier.roald@1",
    "starts_at": "2026-03-10T12:00:00Z",
    "text": "Les artikkelen og noter to spørsmål.",
    "title": "Lesing på mellomtrinnet",
    "track": "development",
    "valid_to": None,
    "zone": "Europe/Oslo",
}
"""What fields of these names hold in examples, where the schema gives no example of its own."""

FIELDS: Mapping[str, Any] = {
    "AgendaCheck.exemption": None,
    "AuditEvent.code": None,
    "AuditEvent.trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
    "ImportReport.refused_lines": 0,
    "LineReport.faults": [],
    "MethodProfileDocument.descriptions": {"nb": "Agendaen sees etter før den sendes ut."},
    "MethodProfileDocument.name": "Produktive møter (Roald, Lier)",
    "MethodProfileDocument.names": {"nb": "Produktive møter (Roald, Lier)"},
    "MethodProfileDocument.severities": {"R7b": "advise"},
    "Organisation.kind": "school",
    "Organisation.sector": "school",
    "OrganisationSite.name": "Hovedbygget",
    "RoleAssignment.scope": "unit",
    "RoleAssignment.team_id": None,
    "RuleDocument.code": "R1a",
    "RuleDocument.parameters": {"working_days": 2},
    "RuleDocument.severity": "require",
    "RuleDocument.title": "Agendaen sendes i tide",
    "RuleDocument.trait": "prepared",
    "RuleResult.override_reasons": ["statutory_decision", "external_deadline"],
    "RuleResult.severity": "require",
    "ResultDocument.detail": None,
    "ResultDocument.fix": None,
    "ResultDocument.override_reasons": ["statutory_decision", "external_deadline"],
    "ResultDocument.severity": "require",
    "RuleOverride.item_id": None,
    "RuleSetDocument.name": "Roalds produktive møter",
    "RuleSetDocument.names": {"nb": "Roalds produktive møter"},
    "RuleSetDocument.sources": ["Knut Roald: produktive møter i kvalitetsarbeid"],
    "Tenant.names": {"nb": "Fjordby kommune"},
}
"""What single fields hold, where the field's name or its schema would say something that can't be."""

FORMATS: Mapping[str, Any] = {
    "uuid": "0198f3c2-6f00-7000-8000-000000000001",
    "date": "2026-03-03",
    "date-time": "2026-03-03T09:00:00Z",
}
DEEPEST = 6


def add_examples(document: dict[str, Any]) -> None:
    """Give every success its example."""
    schemas = document["components"]["schemas"]
    for methods in document["paths"].values():
        for operation in methods.values():
            for status, said in operation["responses"].items():
                if status.startswith("2") and "content" in said:
                    media = said["content"]["application/json"]
                    media["example"] = example_of(media["schema"], schemas)


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str = "", depth: int = 0) -> Any:
    """A value that the schema allows; optional links to other documents are left out."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas, name, depth + 1)
    for given in (schema.get("examples"), schema.get("enum"), [WORDS[name]] if name in WORDS else None):
        if given:
            return given[0]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], schemas, name, depth)
    if "format" in schema:
        return FORMATS[schema["format"]]
    return _by_type(schema, schemas, name, depth)


def _by_type(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str, depth: int) -> Any:
    match schema.get("type"):
        case "object":
            return _object(schema, schemas, depth)
        case "array":
            return [] if depth > DEEPEST else [example_of(schema["items"], schemas, "", depth + 1)]
        case "integer" | "number":
            return int(schema.get("minimum", 1))
        case "boolean":
            return True
        case _:
            return name or "text"


def _object(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int) -> dict[str, Any]:
    """What is required, and else what is plain: links appear only where they were asked for."""
    needed = set(schema.get("required", ()))
    title = schema.get("title", "")
    return {
        name: FIELDS[key] if (key := f"{title}.{name}") in FIELDS else example_of(inner, schemas, name, depth)
        for name, inner in schema.get("properties", {}).items()
        if name in needed or not _links(inner)
    }


def _links(schema: Mapping[str, Any]) -> bool:
    """Whether a property holds whole other documents."""
    kinds = [schema, *schema.get("anyOf", ()), schema.get("items", {})]
    return any("$ref" in kind for kind in kinds)
