"""What is remembered of documents is bounded, here and on every connection to the database, whatever clients send."""

import gc

import pytest
from harness.graphql import data, post
from hypothesis import given
from hypothesis import strategies as st

from api.postgres import prepared
from api.postgres.pool import Limits, Pool
from api.postgres.recent import Met, Recent
from api.reading.reader import Reader
from api.schema.documents import Document

SHAPES = {
    "plain": "{{ me {{ name }} teams(first: 1) {{ nodes {{ name {many} }} }} }} # {n}",
    "blamed": '{{ me {{ name }} team(id: "{n}") {{ name {many} }} }}',
    "introspecting": '{{ __type(name: "T{n}") {{ name }} team(id: "x") {{ name {many} }} }}',
}
MANY = " ".join(f"... on Team {{ f{i}: name }}" for i in range(25))


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
async def test_memory_does_not_grow_with_the_number_of_different_documents(filled, monkeypatch, shape):
    """Whatever clients send, and again: neither documents nor plans hold the other; both are bounded by their need."""
    engine = filled.town.app.engine
    monkeypatch.setattr(engine, "_documents", Recent(20_000, engine._documents._weigh))
    monkeypatch.setattr(engine, "_plans", Recent(200_000, engine._plans._weigh))
    monkeypatch.setattr(type(engine._reader), "operation", _nothing)
    before = _alive()
    for n in range(200):
        for _ in range(2):
            assert "data" in (await post(filled.chief, shape.format(n=n, many=MANY))).json()
    assert len(engine._documents) < len(engine._plans) < 150
    assert _alive() - before <= len(engine._documents) + 1


async def test_what_comes_once_is_not_kept_and_drives_nothing_out(filled, monkeypatch):
    engine = filled.town.app.engine
    monkeypatch.setattr(engine, "_documents", Recent(400, engine._documents._weigh))
    monkeypatch.setattr(engine, "_plans", Recent(10_000, engine._plans._weigh))
    daily, once = "{ me { name locale } }", "{ me { name o%d: locale } }"
    for _ in range(2):
        await data(filled.chief, daily)
    kept = len(engine._documents), len(engine._plans)
    before = _alive()
    for n in range(50):
        await data(filled.chief, once % n)
    assert (len(engine._documents), len(engine._plans)) == kept
    assert _alive() == before
    assert engine._documents.get(daily)


@given(st.lists(st.integers(0, 30)), st.integers(1, 10))
def test_what_was_met_is_known_and_no_more_is_remembered_than_may_be(things, most):
    met, here = Met(most), set()
    for each in things:
        if each not in here and len(here) == most:
            here = set()
        assert met.again(each) == (each in here)
        here.add(each)
        assert len(met._hashes) <= most


def _alive():
    gc.collect()
    return sum(isinstance(each, Document) for each in gc.get_objects())


async def _nothing(*_, **__):
    return b'{"me": null, "team": null, "teams": null}'


async def test_a_connection_keeps_what_was_asked_twice_and_no_more_than_fits(filled, monkeypatch):
    reader = filled.town.app.engine._reader
    for i in range(20):
        assert (await post(filled.chief, f"{{ once{i}: me {{ name }} }}")).is_success
    assert _kept(reader, "once") == 0
    for _ in range(2):
        await post(filled.chief, "{ twice: me { name } }")
    assert _kept(reader, "twice") == 1
    sizes = [kept._weight for kept in reader._prepared._of.values()]
    assert max(sizes) <= prepared.MOST
    for i in range(3):
        for _ in range(2):
            monkeypatch.setattr(Recent, "put", _smaller(Recent.put, 1500))
            await post(filled.chief, f"{{ full{i}: me {{ name }} }}")
            monkeypatch.undo()
    assert _kept(reader, "full") <= 2


def _kept(reader, word):
    return max((sum(word in sql for sql in kept._kept) for kept in reader._prepared._of.values()), default=0)


def _smaller(usual, most):
    def put(self, key, value):
        if self._most == prepared.MOST:
            monkeyed, self._most = self._most, most
            try:
                return usual(self, key, value)
            finally:
                self._most = monkeyed
        return usual(self, key, value)

    return put


async def test_behind_a_pooler_nothing_is_prepared_by_name(filled, migrated, monkeypatch):
    """A transaction pooler hands every statement to another server: PLF_DB_POOLER=transaction."""
    reader = Reader(Pool(migrated.app, Limits(size=1, prepared=False)))
    monkeypatch.setattr(filled.town.app.engine, "_reader", reader)
    for _ in range(3):
        assert (await post(filled.chief, "{ me { name } }")).json()["data"] == {"me": {"name": filled.chief.name}}
    async with reader._pool.connection() as connection:
        assert await connection.fetchval("select count(*) from pg_prepared_statements where name <> ''") == 0
    await reader._pool.close()
