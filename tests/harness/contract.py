"""The committed contract, held against every answer of the suite: status, media type, header fields, body, problem."""

import json
import re
from functools import cache
from pathlib import Path

import httpx
import jsonschema_rs

FILE = Path(__file__).parents[2] / "openapi" / "openapi.json"
PROBLEM = "application/problem+json"
PROMISES = frozenset(
    {
        "accept",
        "accept-patch",
        "allow",
        "etag",
        "idempotency-replayed",
        "link",
        "location",
        "retry-after",
        "www-authenticate",
    }
)
"""Header fields that a client acts on: each one that is sent has to be documented."""


class Broken(AssertionError):
    """An answer that the committed contract does not promise."""


class Contract:
    """An OpenAPI document with its paths and schemas compiled, each once."""

    def __init__(self, document: dict) -> None:
        self.document = document
        self.paths = [(_pattern(path), path) for path in sorted(document["paths"], key=_literal_first)]
        self._validators: dict[tuple[str, str, str, str], jsonschema_rs.Draft202012Validator] = {}

    def operations(self) -> list[tuple[str, str, dict]]:
        """(method, path, operation) of everything that is documented."""
        return [
            (method.upper(), path, operation)
            for path, methods in self.document["paths"].items()
            for method, operation in methods.items()
        ]

    def operation(self, id: str) -> dict:
        """The operation of that operationId."""
        return next(each for _, _, each in self.operations() if each["operationId"] == id)

    def check(self, method: str, path: str, response: httpx.Response) -> None:
        """Raises Broken unless the answer is one that the contract documents. The body must have been read."""
        found = self._path_of(path)
        if found is None or method == "OPTIONS" or response.status_code == 405:
            self._check_outside(method, path, response)
            return
        asked = "get" if method == "HEAD" else method.lower()
        operation = self.document["paths"][found].get(asked)
        if operation is None:
            raise Broken(f"{method} {path} answers {response.status_code}, but is not documented")
        said = operation["responses"].get(str(response.status_code))
        where = f"{operation['operationId']} answers {response.status_code}"
        if said is None:
            raise Broken(f"{where}, which is not documented: {response.text[:500]}")
        self._check_fields(where, said, response)
        if method != "HEAD":
            self._check_body(where, (found, asked, str(response.status_code)), said, response)

    def problem(self) -> jsonschema_rs.Draft202012Validator:
        """The schema of every refusal."""
        return self._validator(("", "", "", ""), {"$ref": "#/components/schemas/Problem"})

    def _check_outside(self, method: str, path: str, response: httpx.Response) -> None:
        """What no operation stands behind: nothing here, no such method, or a question about methods."""
        if not path.startswith("/v1/") or (method == "OPTIONS" and response.status_code == 204):
            return
        if response.status_code not in {401, 404, 405}:
            raise Broken(f"{method} {path} answers {response.status_code} outside the contract")
        if method != "HEAD" and not self.problem().is_valid(response.json()):
            raise Broken(f"{method} {path} answers {response.status_code} with something else than a problem")

    def _check_fields(self, where: str, said: dict, response: httpx.Response) -> None:
        documented = {name.lower() for name in said.get("headers", {})}
        if hidden := PROMISES & set(response.headers) - documented:
            raise Broken(f"{where} with undocumented header fields: {sorted(hidden)}")
        needed = {name.lower() for name, field in said.get("headers", {}).items() if field.get("required")}
        if missing := needed - set(response.headers):
            raise Broken(f"{where} without the header fields {sorted(missing)}")

    def _check_body(self, where: str, key: tuple[str, str, str], said: dict, response: httpx.Response) -> None:
        content = said.get("content", {})
        if not content:
            if response.content:
                raise Broken(f"{where} with a body, which is not documented")
            return
        media_type = response.headers.get("content-type", "").partition(";")[0]
        if media_type not in content:
            raise Broken(f"{where} as {media_type or 'nothing'} instead of {', '.join(content)}")
        if not media_type.endswith("json"):
            return
        validator = self._validator((*key, media_type), content[media_type]["schema"])
        errors = list(validator.iter_errors(response.json()))
        if errors:
            first = errors[0]
            place = "/".join(map(str, first.instance_path))
            raise Broken(f"{where} with {len(errors)} mismatches; at /{place}: {first.message}")
        if media_type == PROBLEM:
            self._check_code(where, content[PROBLEM], response.json()["code"])

    def _check_code(self, where: str, said: dict, code: str) -> None:
        """Each problem that an operation may answer with stands there as an example."""
        if code not in said["examples"]:
            raise Broken(f"{where} {code}, but only {', '.join(said['examples'])} are documented")

    def _validator(self, key: tuple[str, str, str, str], schema: dict) -> jsonschema_rs.Draft202012Validator:
        if key not in self._validators:
            whole = {**schema, "components": self.document["components"]}
            self._validators[key] = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        return self._validators[key]

    def _path_of(self, path: str) -> str | None:
        return next((template for pattern, template in self.paths if pattern.fullmatch(path)), None)


@cache
def contract() -> Contract:
    """The committed document; a test of its own compares it with the code."""
    return Contract(json.loads(FILE.read_bytes()))


async def check_answer(response: httpx.Response) -> None:
    """An event hook of every HTTP client in the suite."""
    await response.aread()
    contract().check(response.request.method, response.request.url.path, response)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{[a-z_]+\\}", "[^/]+", re.escape(path)))


def _literal_first(path: str) -> tuple[int, str]:
    return path.count("{"), path
