"""The application: Strawberry's router in FastAPI, with loaders made anew for each request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI, Request
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from strawberry.fastapi import GraphQLRouter

from bench.peers.idiomatic.access import asker, identity
from bench.peers.settings import POOL, Known, told
from bench.peers.strawberry.loading import Loaders, Reads
from bench.peers.strawberry.schema import schema


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    here = told()
    url = here.dsn.replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(url, pool_size=POOL, max_overflow=0)
    app.state.sessions = async_sessionmaker(engine, expire_on_commit=False)
    app.state.tokens = here.tokens
    yield
    await engine.dispose()


async def loaders(request: Request, known: Annotated[Known, Depends(identity)]) -> Loaders:
    """Who asks is found first, in a session that is over before any loader opens its own."""
    sessions = request.app.state.sessions
    async with sessions() as session, session.begin():
        await session.execute(select(func.set_config("app.tenant", known.tenant, True)))
        who = await asker(session, known)
    return Loaders(Reads(sessions, who))


app = FastAPI(lifespan=lifespan)
app.include_router(GraphQLRouter(schema, context_getter=loaders, graphql_ide=None), prefix="/graphql")

if __name__ == "__main__":
    uvicorn.run(app, port=told().port, loop="uvloop", http="httptools", log_level="warning", access_log=False)
