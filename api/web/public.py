"""What needs no token: health, readiness, the OpenAPI document, its reader, and pages that explain problems."""

from collections.abc import Callable

from api.identity.resource import METADATA_PATH, resource_metadata
from api.postgres.schema_version import expected, found
from api.web.answers import Answer, Handler, Receive, Scope, json_answer
from api.web.docs import SignIn, docs_answer
from api.web.headers import NO_STORE, header
from api.web.negotiation import locale_of
from api.web.pages import problem_page
from api.web.service import Service
from domain.errors import NotFound

OPENAPI_PATH = "/openapi.json"


def public_routes(
    service: Service, openapi: Callable[[], bytes], sign_in: SignIn | None
) -> list[tuple[str, str, Handler]]:
    """(method, path, page) of everything that anybody may see; `openapi` is called when somebody asks for it."""
    return [*_probes(service), *_documentation(service, openapi, sign_in)]


def _probes(service: Service) -> list[tuple[str, str, Handler]]:
    async def health(scope: Scope, receive: Receive) -> Answer:
        return json_answer(200, {"status": "ok"}, (NO_STORE,))

    async def ready(scope: Scope, receive: Receive) -> Answer:
        reason = await _not_ready(service)
        body = {"status": "ready"} if reason is None else {"status": "not_ready", "reason": reason}
        return json_answer(200 if reason is None else 503, body, (NO_STORE,))

    return [("GET", "/health", health), ("GET", "/ready", ready)]


def _documentation(
    service: Service, openapi: Callable[[], bytes], sign_in: SignIn | None
) -> list[tuple[str, str, Handler]]:
    async def openapi_document(scope: Scope, receive: Receive) -> Answer:
        return Answer(200, openapi(), ((b"content-type", b"application/json"),))

    async def docs(scope: Scope, receive: Receive) -> Answer:
        return _or_not_found(docs_answer(scope["path"], OPENAPI_PATH, sign_in))

    async def front_page(scope: Scope, receive: Receive) -> Answer:
        return Answer(303, b"", ((b"location", b"/docs"),))

    async def metadata(scope: Scope, receive: Receive) -> Answer:
        document = resource_metadata(service.base_url, service.issuers(), documentation=service.base_url + "/docs")
        return json_answer(200, document)

    return [
        ("GET", "/", front_page),
        ("GET", OPENAPI_PATH, openapi_document),
        ("GET", "/docs", docs),
        ("GET", "/docs/{file}", docs),
        ("GET", "/problems/{code}", problem_type),
        ("GET", METADATA_PATH, metadata),
    ]


async def problem_type(scope: Scope, receive: Receive) -> Answer:
    """The page that explains a problem's code."""
    locale = locale_of(header(scope, b"accept-language"))
    return _or_not_found(problem_page(scope["path_values"]["code"], locale))


def _or_not_found(answer: Answer | None) -> Answer:
    if answer is None:
        raise NotFound
    return answer


async def _not_ready(service: Service) -> str | None:
    """Why requests should go elsewhere for now; None when all is well."""
    if service.draining:
        return "draining"
    try:
        async with service.pool.connection() as connection:
            version = await found(connection)
    except Exception:  # noqa: BLE001 - whatever it is, the database is not there for us
        return "database"
    return None if version == expected() else "migrations"
