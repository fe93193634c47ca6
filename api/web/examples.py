"""An example of every request and every answer, made from the schemas, so that none can go out of date."""

from collections.abc import Mapping
from typing import Any

WORDS: Mapping[str, Any] = {
    "address": "Skolevegen 12, 3400 Lier",
    "background": "Kartleggingen viser at færre leser hjemme.",
    "calendar": "monday-friday@1",
    "consultation_note": "Enige om å prøve et skoleår.",
    "decided_by": "Teamet",
    "due_at": "2026-03-09T11:00:00Z",
    "email": "ingrid.solberg@fjordby.example",
    "ends_at": "2026-03-10T14:00:00Z",
    "item_ids": ["0198f3c2-6f00-7000-8000-000000000002"],
    "issuer": "https://login.fjordby.example",
    "lang": "nb",
    "latitude": 59.79,
    "longitude": 10.24,
    "locale": "nb",
    "name": "Bjerkelia skole",
    "names": {"nb": "Bjerkelia skole"},
    "next_cursor": None,
    "note": "Enige om å prøve et skoleår.",
    "outcome": "created",
    "parties": ["Utdanningsforbundet"],
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
    "scheme": "orgnr",
    "starts_at": "2026-03-10T12:00:00Z",
    "subject": "6f6f2c1e",
    "text": "Les artikkelen og noter to spørsmål.",
    "title": "Lesing på mellomtrinnet",
    "track": "development",
    "value": "974552795",
    "zone": "Europe/Oslo",
}
"""What fields of these names hold in examples, where the schema gives no example of its own."""

FORMATS: Mapping[str, Any] = {
    "uuid": "0198f3c2-6f00-7000-8000-000000000001",
    "date": "2026-03-03",
    "date-time": "2026-03-03T09:00:00Z",
}
DEEPEST = 6


def add_examples(document: dict[str, Any]) -> None:
    """Give every JSON request and every JSON success its example; one that is there stays."""
    schemas = document["components"]["schemas"]
    for methods in document["paths"].values():
        for operation in methods.values():
            successes = [said for status, said in operation["responses"].items() if status.startswith("2")]
            for holder in [operation.get("requestBody", {}), *successes]:
                for kind, media in holder.get("content", {}).items():
                    if kind.endswith("json") and not media.keys() & {"example", "examples"}:
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
    return {
        name: example_of(inner, schemas, name, depth)
        for name, inner in schema.get("properties", {}).items()
        if name in needed or not _links(inner)
    }


def _links(schema: Mapping[str, Any]) -> bool:
    """Whether a property holds whole other documents."""
    kinds = [schema, *schema.get("anyOf", ()), schema.get("items", {})]
    return any("$ref" in kind for kind in kinds)
