"""A new user's first five minutes, over real HTTP on a real service: once as a client, once as pasted from the README."""

import base64
import hashlib
import json
import os
import re
import secrets
import subprocess
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from harness.live import CHECKOUT, environment, reachable_folder, serving

AARHUS = (files("api.demo") / "aarhus_schools.csv").read_bytes()
REDIRECT = "http://127.0.0.1:9/back"
TODAY = datetime.now(UTC).date()
WEDNESDAY = TODAY + timedelta(days=16 - TODAY.weekday())
TIMES = {"starts_at": f"{WEDNESDAY}T13:00:00+01:00", "ends_at": f"{WEDNESDAY}T15:00:00+01:00"}
MEETING = {"title": "Læsning", "lang": "da", "purpose": "development", **TIMES}
BAD = [
    {"track": "development", "title": "Læsning", "lang": "da", "proposal_text": "Kvarter.", "minutes": 20},
    {"kind": "inform", "track": "operations", "title": "Vagter", "lang": "da", "minutes": 10},
]
GOOD = {
    "agenda": [
        {
            "track": "development",
            "title": "Læsning",
            "lang": "da",
            "minutes": 45,
            "mandate": "open",
            "question": "Hvordan kan vi få flere til at læse?",
            "decided_by": "Skolelederen",
            "dialogue_structure": "igp",
            "phases": [
                {"kind": "idea", "wanted": "Kun ideer nu.", "minutes": 25},
                {"kind": "assess", "wanted": "Hvad taler imod?", "minutes": 20},
            ],
        }
    ],
    "preparation_tasks": [{"text": "Læs.", "lang": "da", "est_minutes": 10, "due_at": f"{WEDNESDAY}T09:00:00+01:00"}],
}
OVERRIDES = [
    {"rule_code": "R1b", "reason_code": "urgent", "reason_text": "Kun denne dag."},
    {"rule_code": "R2a", "reason_code": "external_deadline"},
    {"rule_code": "R2b", "reason_code": "external_deadline"},
    {"rule_code": "R7a", "reason_code": "only_meeting"},
]


@pytest.fixture(scope="module")
def live():
    """The service as `make run` starts it, on an empty folder."""
    with reachable_folder() as folder, serving(folder / "data", "--demo") as service:
        yield service


def sign_in(live, name: str) -> str:
    """Authorization code with PKCE, as a program on the user's machine does it; the access token."""
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(8)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    with live.client() as browser:
        found = browser.get("/demo/op/.well-known/openid-configuration").json()
        asked = {
            "response_type": "code",
            "client_id": "plf-demo-frontend",
            "redirect_uri": REDIRECT,
            "scope": "openid profile plf",
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        page = browser.get(found["authorization_endpoint"], params=asked)
        assert page.status_code == 200, page.text
        ticket = re.search(r'name="ticket" value="([^"]+)"', page.text)[1]
        person = re.search(rf'value="([^"]+)">{re.escape(name)}<', page.text)[1]
        target = httpx.URL(found["authorization_endpoint"], params=asked)
        back = browser.post(target, data={"ticket": ticket, "person": person})
        assert back.status_code == 303, back.text
        answer = parse_qs(urlsplit(back.headers["location"]).query)
        assert answer["state"] == [state]
        exchanged = browser.post(
            found["token_endpoint"],
            data={
                "grant_type": "authorization_code",
                "client_id": "plf-demo-frontend",
                "code": answer["code"][0],
                "redirect_uri": REDIRECT,
                "code_verifier": verifier,
            },
        )
    assert exchanged.status_code == 200, exchanged.text
    return exchanged.json()["access_token"]


def made(answer: httpx.Response, *expected: int) -> dict:
    assert answer.status_code in (expected or (200, 201)), answer.text
    return answer.json()


def test_a_new_user_comes_from_signing_in_to_a_published_agenda(live):
    name = "Demo-administrator (Ny)"
    founded = live.plf(
        *("tenant", "add", "ny", "--name", "da=Ny Kommune", "--admin", name, "--country", "DK"),
        *("--locale", "da", "--zone", "Europe/Copenhagen", "--role", "admin", "--role", "owner"),
    )
    assert founded.returncode == 0, founded.stderr
    with live.client(sign_in(live, name)) as http:
        me = made(http.get("/v1/me"))
        assert me["name"] == name
        assert me["tenant"]["slug"] == "ny"
        school = import_schools(http)
        made(http.post("/v1/method-choices", json=method()))
        colleague = made(http.post("/v1/people", json=identity(me, live)))
        team = made(http.post("/v1/teams", json=team_of(school, me["id"], colleague["id"])))
        meeting = made(http.post("/v1/meetings", json={**MEETING, "team_id": team["id"], "agenda": BAD}))
        refused_in_both_languages(http, meeting["id"])
        mended_and_published(http, meeting["id"])
        other = made(http.post("/v1/meetings", json={**MEETING, "team_id": team["id"], "agenda": BAD}))
        made(publish(http, other["id"], overrides=OVERRIDES))
    with live.client(live.token("kollega.ny")) as http:
        seen = made(http.get(f"/v1/meetings/{other['id']}"))
    assert {each["rule_code"] for each in seen["rule_overrides"]} == {"R1b", "R2a", "R2b", "R7a"}
    assert "Kun denne dag." in {each["reason_text"] for each in seen["rule_overrides"]}


def import_schools(http) -> str:
    """Look, import, and again; the id of one school."""
    counted = []
    for query in ({"dry_run": "true"}, {}, {}):
        params = {"kind": "school", "sector": "school", **query}
        headers = {"content-type": "text/csv"}
        report = made(http.post("/v1/imports/organisations", params=params, content=AARHUS, headers=headers))
        counted.append(report["units"])
    assert [units["created"] for units in counted] == [50, 50, 0]
    assert counted[2]["unchanged"] == 50
    (school,) = made(http.get("/v1/organisations", params={"external_id": "dk_instnr:751004"}))["items"]
    assert school["name"] == "Beder Skole"
    return school["id"]


def method() -> dict:
    held = {"held_on": "2026-01-15", "parties": ["Medarbejderrepræsentanter"]}
    return {"profile": "lier.roald@1", "consultation": held}


def identity(me, live) -> dict:
    known = {"issuer": f"{live.base_url}/demo/op", "subject": "kollega.ny"}
    return {"name": "Demo-kollega (Ny)", "identities": [known]}


def team_of(school, facilitator, member) -> dict:
    members = [{"person_id": facilitator, "duty": "facilitator"}, {"person_id": member}]
    return {"organisation_id": school, "kind": "grade", "name": "5. årgang", "lang": "da", "members": members}


def publish(http, meeting, language="en", **command) -> httpx.Response:
    headers = {"if-match": "*", "accept-language": language}
    return http.post(f"/v1/meetings/{meeting}/publish", json=command, headers=headers)


def refused_in_both_languages(http, meeting) -> None:
    norwegian, danish = (made(publish(http, meeting, language), 409) for language in ("nb", "da"))
    for problem in (norwegian, danish):
        assert problem["code"] == "rule_violation"
        required = {each["code"] for each in problem["errors"] if each["overridable"]}
        assert required == {"R1b", "R2a", "R2b", "R7a"}
        assert {each["code"] for each in problem["errors"]} - required == {"R1c", "R7d"}  # said, and in nobody's way
        assert all(each["detail"] and each["fix"] for each in problem["errors"])
    assert [e["code"] for e in norwegian["errors"]] == [e["code"] for e in danish["errors"]]
    assert norwegian["title"] != danish["title"]


def mended_and_published(http, meeting) -> None:
    held = http.get(f"/v1/meetings/{meeting}")
    mended = http.put(f"/v1/meetings/{meeting}", json={**MEETING, **GOOD}, headers={"if-match": held.headers["etag"]})
    assert made(mended)["state"] == "agenda_draft"
    published = made(publish(http, meeting))
    assert published["state"] == "published"
    assert published["profile"] == "lier.roald@1"
    assert published["rule_overrides"] == []


def pasted(live, text: str) -> subprocess.CompletedProcess:
    """What a page's shell blocks do, one after the other."""
    script = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env=environment(live.folder, API=live.base_url, PLF_DEMO="1", LC_ALL=os.environ.get("LC_ALL", "C.UTF-8")),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_readme_works_as_pasted(live):
    text = (CHECKOUT / "README.md").read_text("utf-8")
    done = pasted(live, text.partition("## The first five minutes")[2].partition("\n## ")[0])
    assert done.returncode == 0, done.stderr
    assert '"slug":"proeve"' in done.stdout
    assert '"created":50' in done.stdout
    assert '"unchanged":50' in done.stdout
    assert done.stdout.count('"code":"rule_violation"') == 3
    assert "arbejdsdage før mødet" in done.stdout
    assert '"name":"5. årgang","meetings":{"nodes":[{"title":"Læsning","state":"published"' in done.stdout
    assert "real time again" in done.stdout
    assert done.stdout.count('"state":"published"') == 4  # two published, both on the dashboard
    assert "Vejlederen er her kun denne dag." in done.stdout


def test_the_page_on_people_and_units_works_as_pasted(live):
    done = pasted(live, (CHECKOUT / "docs/people-and-units.md").read_text("utf-8"))
    assert done.returncode == 0, done.stderr
    assert '"units":{"created":2' in done.stdout
    assert '"people":{"created":2' in done.stdout
    assert '"memberships":{"created":2' in done.stdout
    assert done.stdout.count('"memberships":1,"roles":0,"meetings":0') == 2  # the preview and what it came to
    assert '"calendar":"no.public@1+owner.2026@1+unit.2026@1"' in done.stdout
    assert done.stdout.count('"worked":true,"kind":"ordinary"') == 5
    assert '"kind":"merge"' in done.stdout
    past = json.loads(done.stdout.splitlines()[-1])
    assert (past["name"], [each["kind"] for each in past["successions"]]) == ("Sørskolen", ["merge"])
