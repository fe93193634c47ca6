"""GraphiQL over HTTP: who sees the page, that all it loads is there, and that its examples are answered."""

import re

import pytest
from harness.graphql import data
from harness.world import client

from api.schema.graphiql import EXAMPLES

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
async def browser(filled):
    async with client(filled.town.app, **BROWSER) as http:
        yield http


async def test_a_browser_that_asks_nothing_sees_the_page(browser):
    page = await browser.get("/graphql")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in page.headers["content-security-policy"]


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


async def test_whoever_asks_something_gets_no_page(filled):
    answer = await filled.chief.http.get("/graphql", params={"query": "{ me { name } }"}, headers=BROWSER)
    assert answer.json()["data"] == {"me": {"name": filled.chief.name}}


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.graphql")), ids=lambda path: path.name)
async def test_every_example_is_answered(filled, example):
    assert await data(filled.chief, example.read_text("utf-8"))
