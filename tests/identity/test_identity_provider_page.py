"""The sign-in page: whom it shows, what it lets through, and where it may lead."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest

from api.demo.provider.clients import Redirects

DEMO = "http://127.0.0.1:8000/demo/op"
BACK = "http://localhost:5173/callback"


class Outline(HTMLParser):
    """What a reader gets of a page: its tags, its headings, and the buttons with their values."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.headings, self.buttons, self._at = [], [], {}, None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self._at = (tag, dict(attributes).get("value"))

    def handle_data(self, text):
        if self._at and self._at[0] in {"h1", "h2", "h3"}:
            self.headings.append(text)
        if self._at and self._at[0] == "button":
            self.buttons[self._at[1]] = text
        self._at = None


async def test_everybody_is_shown_by_municipality_and_role(browser, ask_for):
    page = Outline((await browser.get("authorize", params=ask_for)).text)
    assert page.headings == [
        "Sign in to the demo",
        "Lier & Co",
        "Principal",
        "Teacher",
        "Odense",
        "Teacher <script>alert(1)</script>",
    ]
    assert page.buttons == {
        "lier-anna": "Anna <Ås>",
        "lier-ola": "Ola \"Nordmann'",
        "odense-bo": "Bo",
        "": "Cancel",
    }


async def test_the_page_is_accessible_and_loads_nothing(browser, ask_for):
    response = await browser.get("authorize", params=ask_for)
    page = Outline(response.text)
    names = [name for name, _ in page.tags]
    assert ("html", {"lang": "en"}) in page.tags
    assert names.count("main") == names.count("h1") == names.count("title") == 1
    assert not {"script", "link", "img", "iframe", "object"} & set(names)
    assert not any({"src", "style", "onclick"} & set(attributes) for _, attributes in page.tags)
    style = re.search("<style>(.*?)</style>", response.text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = response.headers["content-security-policy"]
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "form-action 'self' http://localhost:5173",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
    assert response.headers["cache-control"] == "no-store"


async def test_nothing_of_the_request_becomes_markup(browser, ask_for):
    attack = "\"><script>alert('x')</script>"
    response = await browser.get("authorize", params=ask_for | {"state": attack, "login_hint": attack})
    assert response.status_code == 200
    assert "<script>" not in response.text


async def test_cancelling_leads_back_without_a_code(choose):
    response = await choose("")
    back = {name: values[0] for name, values in parse_qs(urlsplit(response.headers["location"]).query).items()}
    assert (back["error"], back["state"], back["iss"]) == ("access_denied", "s & t", DEMO)
    assert "code" not in back


async def test_a_stranger_can_not_be_chosen(choose):
    response = await choose("stranger")
    assert (response.status_code, "location" in response.headers) == (400, False)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"prompt": "none"}, "login_required"),
    ],
)
async def test_a_wrong_request_leads_back_with_an_error(changes, error, browser, ask_for):
    asked = {name: value for name, value in (ask_for | changes).items() if value is not None}
    for response in (
        await browser.get("authorize", params=asked),
        await browser.post("authorize", params=asked),
    ):
        assert response.status_code == 303
        assert response.headers["location"].startswith(f"{BACK}?error={error}")
        back = parse_qs(urlsplit(response.headers["location"]).query)
        assert (back["state"], back["iss"]) == (["s & t"], [DEMO])


FOREIGN = [
    "https://evil.example/",
    "https://app.example/cb/../x",
    "https://app.example/cb?x=1",
    "http://localhost.evil.example/cb",
    "http://localhost@evil.example/cb",
    "http://localhost:5173@evil.example/cb",
    "http://127.0.0.1\\@evil.example/cb",
    "http://127.0.0.1:80\\.evil.example/",
    "http://127.0.0.2/cb",
    "http://localhost:5173",
    "http://localhost:5173/cb#x",
    "http://localhost:5173/cb\r\nSet-Cookie: x=1",
    "http://localhost:5173/cb'; script-src *",
    "https://localhost:5173/cb",
    "javascript:alert(1)//localhost/",
    "//localhost/cb",
    "http://[::1]/cb",
    'http://localhost/"x',
    "http://localhost/å",
]


@pytest.mark.parametrize("uri", FOREIGN)
async def test_a_foreign_address_is_never_led_to(uri, browser, ask_for):
    for method in ("GET", "POST"):
        response = await browser.request(method, "authorize", params=ask_for | {"redirect_uri": uri})
        assert (response.status_code, "location" in response.headers) == (400, False)
        assert response.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:9/",
        "http://localhost/cb?x=1",
        "http://localhost:65535/a/b",
        "https://app.example/cb",
    ],
)
async def test_registered_addresses_and_any_local_port_are_good(uri, choose):
    response = await choose("lier-anna", redirect_uri=uri)
    assert response.status_code == 303
    assert response.headers["location"].startswith(uri)


def test_a_list_without_loopback_is_exact():
    exact = Redirects(("https://app.example/cb",), loopback=False)
    assert "https://app.example/cb" in exact
    assert not any(uri in exact for uri in ("http://localhost/cb", "https://app.example/cb/", None))


@pytest.mark.parametrize("changes", [{"client_id": "stranger"}, {"client_id": ""}, {"redirect_uri": ""}])
async def test_a_request_of_nobody_is_answered_with_a_page(changes, browser, ask_for):
    response = await browser.get("authorize", params=ask_for | changes)
    assert (response.status_code, "location" in response.headers) == (400, False)


async def test_a_parameter_comes_once(browser, ask_for):
    response = await browser.get("authorize", params=[*ask_for.items(), ("client_id", "other")])
    assert (response.status_code, "location" in response.headers) == (400, False)


async def test_the_form_works_in_its_own_browser_and_for_its_own_request_only(browser, ask_for):
    page = await browser.get("authorize", params=ask_for)
    ticket = re.search('name="ticket" value="([^"]+)"', page.text)[1]
    form = {"person": "lier-anna", "ticket": ticket}

    async def post(asked=ask_for, form=form, **headers):
        return (await browser.post("authorize", params=asked, data=form, headers=headers)).status_code

    assert await post() == 303
    assert await post(**{"Sec-Fetch-Site": "same-origin"}) == 303
    assert await post(**{"Sec-Fetch-Site": "cross-site"}) == 403
    assert await post(ask_for | {"state": "other"}) == 403
    assert await post(form={"person": "lier-anna"}) == 403
    assert await post(form=form | {"ticket": "0" * 64}) == 403
    cookie = page.headers["set-cookie"]
    assert re.fullmatch(r"plf_demo_op=[0-9a-f]{64}; Path=/demo/op; HttpOnly; SameSite=Lax", cookie)
    browser.cookies.clear()
    assert await post() == 403


async def test_a_second_tab_does_not_spoil_the_first(browser, ask_for):
    first = await browser.get("authorize", params=ask_for)
    await browser.get("authorize", params=ask_for | {"state": "second"})
    ticket = re.search('name="ticket" value="([^"]+)"', first.text)[1]
    response = await browser.post("authorize", params=ask_for, data={"person": "lier-anna", "ticket": ticket})
    assert response.status_code == 303
