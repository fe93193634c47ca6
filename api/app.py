"""create_app(): the only module that knows everything."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson
from fastapi import FastAPI

from api import queries
from api.identity.bindings import Bindings
from api.identity.fetching import Fetcher
from api.identity.keys import Keys
from api.identity.tenants import CHANGED, read_bindings, read_tenants
from api.identity.tokens import Tokens
from api.messages import compiled
from api.postgres.databases import Dsns
from api.postgres.pool import Limits, Pool, connect
from api.postgres.roles import refuse_unsafe
from api.postgres.schema_version import expected, found
from api.reading.reader import Reader
from api.routers import ROUTERS, operation_routes
from api.schema.engine import CostLimits, Engine
from api.schema.http import graphql_routes
from api.schema.requests import Trusted, read_trusted
from api.settings import Pooler, Settings, Tenancy
from api.web.answers import Receive, Scope, Send
from api.web.cors import cors_policy
from api.web.dispatch import RouteTable
from api.web.edge import Edge
from api.web.openapi import DESCRIPTION, TITLE, openapi_document
from api.web.operations import operation_of
from api.web.public import public_routes
from api.web.service import Service
from api.worker.loop import work_forever
from domain import library

LOG = logging.getLogger("plf.app")
VERSION = "1.0.0"


class SchemaTooOld(Exception):
    """The database lacks migrations that this code needs."""


class DocumentsUnusable(Exception):
    """The file of trusted documents is not what it should be."""


def declared() -> FastAPI:
    """Every route, as FastAPI documents it."""
    app = FastAPI(
        title=TITLE, version=VERSION, description=DESCRIPTION, openapi_url=None, docs_url=None, redoc_url=None
    )
    for router in ROUTERS:
        app.include_router(router)
    return app


def create_app(
    settings: Settings,
    dsns: Dsns,
    clock: Callable[[], datetime] | None = None,
    token_clock: Callable[[], datetime] | None = None,
) -> "Application":
    """The service as one ASGI application; its lifespan opens the pool and refuses unsafe surroundings.

    `clock` is what use cases go by, `token_clock` what tokens are judged by: the same where one is given, and
    else the real time, because issuers know nothing of a demo's clock that was moved.
    """
    compiled()
    library.code_lists()
    service = _service(settings, dsns, clock or _clock(settings), token_clock or clock or _real_time)
    demo = _demo(service, settings)
    engine = Engine(
        service.reader,
        limits=CostLimits(settings.graphql_cost_limit, settings.graphql_client_limits),
        deadline=settings.graphql_deadline,
        staleness=settings.rollup_staleness,
    )

    @cache
    def openapi() -> bytes:
        return orjson.dumps(openapi_document(declared(), operation_routes(), settings.base_url if demo else None))

    table: list[tuple[str, str, Any]] = [
        *public_routes(service, openapi, demo.sign_in if demo else None),
        *graphql_routes(service, engine, _trusted(settings), demo.sign_in if demo else None),
        *(
            (method, route.path, operation_of(route.endpoint))
            for route in operation_routes()
            for method in route.methods or ()
        ),
    ]
    edge = Edge(service, RouteTable(table), {demo.prefix: demo.app} if demo else {})
    return Application(service, engine, demo, edge, lambda: _running(service, settings, dsns, demo))


def _trusted(settings: Settings) -> Trusted:
    try:
        documents = read_trusted(settings.graphql_documents)
    except ValueError as error:
        raise DocumentsUnusable(f"the setting PLF_GRAPHQL_DOCUMENTS can't be used: {error}") from None
    return Trusted(documents, only=settings.graphql_trusted_only)


def _demo(service: Service, settings: Settings) -> Any:
    """The demo's own parts, imported only where they are mounted."""
    if not settings.demo:
        return None
    from api.demo.wiring import demo_parts

    return demo_parts(service, settings)


def _service(
    settings: Settings, dsns: Dsns, clock: Callable[[], datetime], token_clock: Callable[[], datetime]
) -> Service:
    limits = Limits(size=settings.pool_size, prepared=settings.pooler is Pooler.NONE)
    pool = Pool(dsns.app, limits)
    keys = Keys(Fetcher(allow_loopback=settings.allow_loopback_issuers))
    return Service(
        base_url=settings.base_url,
        pool=pool,
        reader=Reader(pool, distributed=settings.tenancy is Tenancy.DISTRIBUTED),
        keys=keys,
        tokens=Tokens(Bindings(), keys, now=lambda: token_clock().timestamp()),
        tenants={},
        clock=clock,
        cursor_key=settings.cursor_key(),
        cors=cors_policy(settings.cors_origins),
    )


def _clock(settings: Settings) -> Callable[[], datetime]:
    if not settings.demo:
        return _real_time
    from api.demo.clock import demo_clock

    return demo_clock(settings.data_dir, settings.demo_clock_offset)


def _real_time() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def _running(service: Service, settings: Settings, dsns: Dsns, demo: Any) -> AsyncIterator[None]:
    listener = await connect(dsns.app)
    tasks: list[asyncio.Task[None]] = []
    try:
        await refuse_unsafe(listener)
        version = await found(listener)
        if version != expected():
            raise SchemaTooOld(f"the database is at {version}, this code needs {expected()}: run `plf migrate`")
        await _read_globals(service, demo, listener)
        changed = asyncio.Event()
        await listener.add_listener(CHANGED, lambda *_: changed.set())
        tasks.append(asyncio.create_task(_follow(service, demo, changed)))
        if settings.worker_in_serve:
            tasks.append(asyncio.create_task(work_forever(service.pool, service.clock)))
        yield
    finally:
        service.draining = True
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await listener.close()
        await service.pool.close()


async def _follow(service: Service, demo: Any, changed: asyncio.Event) -> None:
    """Read the global tables again whenever somebody says that they changed, and once a minute in any case."""
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), timeout=60)
        changed.clear()
        try:
            async with service.pool.connection() as connection:
                await _read_globals(service, demo, connection)
        except Exception:
            LOG.exception("global tables could not be read; the last known ones go on")


async def _read_globals(service: Service, demo: Any, connection: Any) -> None:
    service.tenants = await read_tenants(connection)
    service.use(await read_bindings(connection))
    if demo is not None:
        await demo.load(connection)


class Application:
    """The service as a server runs it: HTTP to the edge, and a lifespan around it."""

    def __init__(
        self,
        service: Service,
        engine: Engine,
        demo: Any,
        edge: Edge,
        running: Callable[[], contextlib.AbstractAsyncContextManager[None]],
    ) -> None:
        self.service = service
        self.engine = engine
        self._demo = demo
        self._edge = edge
        self.running = running

    async def refresh(self) -> None:
        """Read the global tables now, as a notification would have it."""
        async with self.service.pool.connection() as connection:
            await _read_globals(self.service, self._demo, connection)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI 3."""
        if scope["type"] == "http":
            await self._edge(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            async with self.running():
                await send({"type": "lifespan.startup.complete"})
                await receive()
        except Exception as error:  # noqa: BLE001 - the server prints the sentence and stops
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.shutdown.complete"})


__all__ = ["Application", "create_app", "declared", "operation_routes", "queries"]
