"""A view that somebody declares is in the schema by itself, and is answered."""

from uuid import UUID

import pytest
from harness.graphql import data, errors

from api.queries.access import everyone, holds
from api.reading.views import VIEWS, Order, View, one, shown
from api.schema import building
from api.schema.building import schema, sdl


@pytest.fixture
def declared(app):
    """Sites of units as a view of their own, for the time of a test; the service reads the schema when it starts."""

    class SiteView(View):
        """A place where a unit works."""

        of = "organisation_site"
        order = Order((("{row}.name", "text"), ("{row}.id", "uuid")))
        listed_as = "sites"
        seen_by = (everyone,)
        filters = {"main": "{row}.name = :main::text"}

        id: UUID = shown("The site's id.")
        name: str = shown("What it is called.")
        address: str | None = shown("Where it is; administrators see it.", seen_by=(holds("admin"),))
        old_name: str = shown("What it was called.", "{row}.name", deprecated="Use `name`.")
        organisation = one("The unit.", "Organisation", "organisation_id")

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(building._FILTERS, "main", "Only those that are called so.")
        schema.cache_clear()
        patch.setattr(app.engine, "schema", schema())
        yield SiteView
    del VIEWS["Site"]
    schema.cache_clear()


async def test_a_view_is_in_the_schema_as_soon_as_it_is_declared(declared):
    text = sdl()
    for line in (
        "type Site implements Node {",
        "type SiteConnection {",
        "  site(",
        "  ): SiteConnection!",
        "  address: String\n",
        '  oldName: String! @deprecated(reason: "Use `name`.")',
        "  organisation: Organisation\n",
    ):
        assert line in text


async def test_a_view_is_answered_as_soon_as_it_is_declared(declared, filled):
    found = (await data(filled.chief, "{ sites(first: 2) { nodes { id name address organisation { name } } } }"))[
        "sites"
    ]
    assert len(found["nodes"]) == 2
    one_of_them = found["nodes"][0]
    assert one_of_them["name"] == filled.text("Hus")
    assert filled.canary in one_of_them["organisation"]["name"]
    asked = "query($id: ID!) { site(id: $id) { address } node(id: $id) { __typename ... on Site { oldName } } }"
    assert await data(filled.chief, asked, id=one_of_them["id"]) == {
        "site": {"address": filled.text("Vei")},
        "node": {"__typename": "Site", "oldName": filled.text("Hus")},
    }
    stranger = await filled.town.someone("Stranger")
    assert (await data(stranger, asked, id=one_of_them["id"]))["site"] == {"address": None}
    assert (await data(stranger, '{ sites(main: "nothing") { nodes { id } } }'))["sites"] == {"nodes": []}


async def test_a_view_is_gone_with_its_declaration(filled):
    assert "Site " not in sdl().replace("OrganisationSite ", "")
    assert [each["extensions"]["code"] for each in await errors(filled.chief, "{ sites { nodes { id } } }")] == [
        "document_invalid"
    ]
