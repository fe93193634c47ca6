"""GraphiQL for browsers, from files of ours alone; its examples are answered as they stand."""

import hashlib
import re

import httpx
import pytest
from harness.graphql import data
from harness.world import client

from api.schema.graphiql import EXAMPLES, FOLDER

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
async def browser(filled):
    async with client(filled.town.app, **BROWSER) as http:
        yield http


async def test_a_browser_that_asks_nothing_sees_the_page(browser):
    page = await browser.get("/graphql")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert re.findall(r"<script(?![^>]*\bsrc=)", page.text) == []
    assert re.findall(r'(?:src|href)="(?!/|data:)', page.text) == []


async def test_all_that_the_page_loads_is_there(browser):
    page = await browser.get("/graphql")
    files = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)
    assert len(files) > 5
    for file in files:
        answer = await browser.get(file)
        assert answer.status_code == 200, file
        assert answer.headers["content-type"].split(";")[0] in {
            "text/javascript",
            "text/css",
            "text/html",
            "text/plain",
        }


async def test_what_is_not_a_file_of_ours_is_not_served(browser):
    for name in ("../graphiql.py", "vendor", "..%2Fgraphiql.py", "page.html", "x"):
        answer: httpx.Response = await browser.get(f"/graphql/assets/{name}")
        assert answer.status_code == 404, name


async def test_whoever_asks_something_gets_no_page(filled):
    answer = await filled.chief.http.get("/graphql", params={"query": "{ me { name } }"}, headers=BROWSER)
    assert answer.json()["data"] == {"me": {"name": filled.chief.name}}


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.graphql")), ids=lambda path: path.name)
async def test_every_example_is_answered(filled, example):
    assert await data(filled.chief, example.read_text("utf-8"))


def test_vendored_files_are_what_was_fetched():
    sums = dict(reversed(line.split("  ")) for line in (FOLDER / "vendor" / "SHA256SUMS").read_text().splitlines())
    assert len(sums) == 4
    for name, digest in sums.items():
        assert hashlib.sha256((FOLDER / "vendor" / name).read_bytes()).hexdigest() == digest
