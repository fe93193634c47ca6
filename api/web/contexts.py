"""What an endpoint is given to work with: `Reading` for questions, `Writing` for commands."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import orjson
from fastapi import Depends

from api.postgres.asker import Asker
from api.postgres.statements import Statement
from api.postgres.work import UnitOfWork
from api.reading.answering import answer, answer_with
from api.reading.views import View
from api.web.answers import JSON, Answer, Headers, Scope
from api.web.cursors import open_cursor, seal
from api.web.etags import etag, not_modified
from api.web.headers import FOR_FIVE_MINUTES, header
from api.web.paging import DEFAULT_LIMIT, PageQuery, Query
from api.web.service import Service

NOBODY = UUID(int=0)
"""The id that goes with a view that is found by who asks."""


class Reading:
    """One question: views in, documents out."""

    __slots__ = ("_scope", "asker", "include", "service")

    def __init__(self, service: Service, asker: Asker, scope: Scope, include: frozenset[str]) -> None:
        self.service = service
        self.asker = asker
        self.include = include
        self._scope = scope

    async def one(
        self, view: type[View], id: UUID, query: Query | None = None, *, parent: UUID | None = None
    ) -> Answer:
        """The document with this id as the asker sees it: 200, or 304 when they hold it already.

        With `parent`, only if it belongs to that parent. Raises NotFound.
        """
        more = query.given() if query else {}
        found = await self.service.reader.one(self.asker, view, id, self.include, more, parent=parent)
        return self._cached(etag(found.revision, found.body), found.body, ())

    async def page(self, view: type[View], query: PageQuery, parent: UUID | None = None) -> Answer:
        """One page of a list, with the cursor of the next in the body and in `Link`."""
        filters = query.filters()
        more = {name: filters.pop(name) for name in set(filters) - set(view.filters)}
        purpose = orjson.dumps(
            [self.asker.tenant, view.published, str(parent), {**filters, **more}], option=orjson.OPT_SORT_KEYS
        )
        key = self.service.cursor_key
        after = None if query.cursor is None else open_cursor(key, purpose, query.cursor)
        if parent is not None:
            more["parent"] = parent
        page = await self.service.reader.page(
            self.asker,
            view,
            limit=query.limit or DEFAULT_LIMIT,
            after=after,
            include=self.include,
            filters=filters,
            more=more,
        )
        following = seal(key, purpose, orjson.loads(page.after)) if page.after else None
        body = b'{"items":%b,"next_cursor":%b}' % (page.body, orjson.dumps(following))
        return self._cached(etag(None, body), body, self._next(following))

    async def document(self, statement: Statement, query: Query) -> Answer:
        """A document that a statement of its own puts together for the asker."""
        body = await self.service.reader.document(self.asker, statement, dict(query))
        return self._cached(etag(None, body), body, ())

    async def computed(self, statement: Statement, values: Mapping[str, Any], make: Callable[[Any], Any]) -> Answer:
        """A document made from what a statement of its own finds for the asker."""
        found = await self.service.reader.document(self.asker, statement, values)
        body = orjson.dumps(make(orjson.loads(found)))
        return self._cached(etag(None, body), body, ())

    async def value(self, make: Callable[[str], Any]) -> Answer:
        """A document that no table holds, made for a locale, for whoever belongs to the tenant."""
        body = orjson.dumps(make(await self.service.reader.admit(self.asker)))
        return self._cached(etag(None, body), body, ())

    async def shipped(self, made: Callable[[str], bytes]) -> Answer:
        """A document that ships with the code, its bytes made once a language, for whoever belongs to the tenant."""
        body = made(await self.service.reader.admit(self.asker))
        return self._cached(etag(None, body), body, (FOR_FIVE_MINUTES,))

    def _cached(self, tag: bytes, body: bytes, headers: Headers) -> Answer:
        headers = ((b"etag", tag), (b"vary", b"Authorization, Accept-Language"), *headers)
        if not_modified(header(self._scope, b"if-none-match"), tag):
            return Answer(304, b"", headers)
        return Answer(200, body, (JSON, *headers))

    def _next(self, cursor: str | None) -> Headers:
        if cursor is None:
            return ()
        query: bytes = self._scope["query_string"]
        kept = b"&".join(part for part in query.split(b"&") if part and not part.startswith(b"cursor="))
        path = quote(self._scope["path"]).encode()
        target = path + b"?" + (kept + b"&" if kept else b"") + b"cursor=" + cursor.encode()
        return ((b"link", b'<%b>; rel="next"' % target),)


class Writing:
    """One command: a unit of work, and the answer that it gives."""

    __slots__ = ("work",)

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work

    async def created(self, view: type[View], id: UUID, location: str, *, as_of: date | None = None) -> Answer:
        """201 with the new document (as of the day on which it begins), its ETag and where it is."""
        found = await answer(self.work, view, id, 201, [["location", location]], as_of=as_of)
        if found is None:
            return Answer(201, b"", ((b"location", location.encode()),))
        tag = (b"etag", etag(found.revision, found.body))
        return Answer(201, found.body, (JSON, tag, (b"location", location.encode())))

    async def changed(self, view: type[View], id: UUID) -> Answer:
        """200 with the changed document and its ETag; 204 when the change took it out of the actor's sight."""
        found = await answer(self.work, view, id, 200, [])
        if found is None:
            return Answer(204)
        return Answer(200, found.body, (JSON, (b"etag", etag(found.revision, found.body))))

    async def done(self) -> Answer:
        """204: it is done and there is nothing to show."""
        await answer_with(self.work, 204, None)
        return Answer(204)

    async def report(self, value: Mapping[str, Any]) -> Answer:
        """200 with a report on what was done."""
        answer = self.unsaved(value)
        await answer_with(self.work, answer.status, answer.body)
        return answer

    def unsaved(self, value: Mapping[str, Any]) -> Answer:
        """200 with what was found out; nothing is written."""
        return Answer(200, orjson.dumps(value), (JSON,))


def _given_by_our_router() -> Any:
    """FastAPI documents the endpoint; our own router gives it its context (api/web/operations.py)."""
    raise RuntimeError("endpoints are called by api.web.operations")


Read = Annotated[Reading, Depends(_given_by_our_router)]
Write = Annotated[Writing, Depends(_given_by_our_router)]
Upload = Annotated[bytes, Depends(_given_by_our_router)]
