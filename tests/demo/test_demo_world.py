"""What the demo shows: real schools without invented people, and meetings in every state."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from harness.live import reachable_folder, serving

from api.demo.calendars import WorkingDays
from api.demo.clock import demo_clock, set_clock
from api.demo.world import FJORDBY, VESTHOLM


@pytest.fixture(scope="module")
def live():
    with reachable_folder() as folder, serving(folder / "data", "--demo") as service:
        yield service


def everything(http, path):
    answer = http.get(path, params={"limit": 100})
    assert answer.status_code == 200, answer.text
    assert answer.json()["next_cursor"] is None
    return answer.json()["items"]


def test_at_real_schools_there_is_nobody_but_the_administrator_of_the_demo(live):
    with live.client(live.token("demo-administrator-aarhus.aarhus")) as http:
        units = everything(http, "/v1/organisations")
        people = everything(http, "/v1/people")
        assert everything(http, "/v1/teams") == []
    assert len([unit for unit in units if unit["kind"] == "school"]) == 50
    assert sum(len(unit["sites"]) for unit in units) == 56
    assert [person["name"] for person in people] == ["Demo-administrator (Aarhus)"]


@pytest.mark.parametrize("slug", ["fjordby", "vestholm"])
def test_a_fictional_municipality_has_a_method_people_and_teams(live, slug):
    with live.client(live.token(f"demo-administrator-{slug}.{slug}")) as http:
        choice = everything(http, "/v1/method-choices")[0]
        calendars = everything(http, "/v1/school-calendars")
        teams = everything(http, "/v1/teams")
        people = everything(http, "/v1/people")
        roles = {role["role"] for role in everything(http, "/v1/role-assignments")}
    assert choice["profile"] == "lier.roald@1"
    assert (choice["consultation_held_on"] is not None) == (slug == "fjordby")
    assert [(each["state"], each["organisation_id"]) for each in calendars] == [("adopted", None)] * 2
    assert len(teams) >= 1
    assert len({person["name"] for person in people}) == len(people) >= 9
    assert {"admin", "owner", "unit_leader", "representative"} <= roles


def test_there_are_meetings_in_every_state_and_a_refusal_on_record(live):
    with live.client(live.plf("token").stdout.strip()) as http:
        meetings = everything(http, "/v1/meetings")
        assert {meeting["state"] for meeting in meetings} == {"draft", "agenda_draft", "published", "cancelled"}
        whole = [http.get(f"/v1/meetings/{meeting['id']}").json() for meeting in meetings]
        overridden = [each for meeting in whole for each in meeting["rule_overrides"]]
        assert {each["rule_code"] for each in overridden} == {"R1a"}
        decisions = set()
        for meeting in meetings:
            path = f"/v1/meetings/{meeting['id']}/rule-evaluations"
            decisions |= {each["decision"] for each in everything(http, path)}
    assert decisions == {"allowed", "refused"}


def test_everybody_of_the_demo_stands_on_the_page_where_one_signs_in(live):
    asked = {
        "response_type": "code",
        "client_id": "plf-demo-frontend",
        "redirect_uri": "http://127.0.0.1:9/",
        "scope": "openid",
        "code_challenge": "x" * 43,
        "code_challenge_method": "S256",
    }
    with live.client() as http:
        page = http.get("/demo/op/authorize", params=asked).text
    for shown in ("Aarhus Kommune", "Fjordby kommune", "Vestholm Kommune", "Facilitates a team", "School owner"):
        assert shown in page
    assert page.index("Fjordby kommune") < page.index("Aarhus Kommune")  # where there is something to see comes first


def test_a_program_signs_in_with_a_secret_of_its_own(live):
    """client_credentials against the running demo: what municipal IT would try first."""
    secret = (live.folder / "demo-integration-secret").read_text("utf-8")
    form = {"grant_type": "client_credentials", "scope": "plf"}
    with live.client() as http:
        token_endpoint = http.get("/demo/op/.well-known/openid-configuration").json()["token_endpoint"]
        assert http.post(token_endpoint, data=form, auth=("plf-demo-integration", "guessed-guessed-guessed")).is_error
        granted = http.post(token_endpoint, data=form, auth=("plf-demo-integration", secret))
    assert granted.status_code == 200, granted.text
    with live.client(granted.json()["access_token"]) as http:
        me = http.get("/v1/me").json()
        assert (me["name"], me["tenant"]["slug"]) == ("Demo-integrasjon (Fjordby)", "fjordby")
        imported = http.post(
            "/v1/imports/organisations?kind=school&sector=school&dry_run=true",
            content="name,code\nNy skole,ny\n",
            headers={"content-type": "text/csv"},
        )
    assert imported.json()["units"]["created"] == 1, imported.text


def test_the_clock_goes_on_from_where_it_was_set_and_follows_changes(tmp_path: Path):
    clock = demo_clock(tmp_path)
    assert abs((clock() - datetime.now(UTC)).total_seconds()) < 60
    set_clock(tmp_path, datetime(2026, 3, 2, 7, 0, tzinfo=UTC))
    first, second = clock(), clock()
    assert first.replace(second=0, microsecond=0) == datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
    assert second > first
    set_clock(tmp_path, None)
    assert abs((clock() - datetime.now(UTC)).total_seconds()) < 60
    for unreadable in ("{", '{"offset_seconds": 1e12}', '{"offset_seconds": NaN}'):
        (tmp_path / "demo-clock.json").write_text(unreadable)
        assert abs((demo_clock(tmp_path)() - datetime.now(UTC)).total_seconds()) < 60


def test_meetings_stand_on_working_days_whenever_the_demo_is_loaded():
    for town in (FJORDBY, VESTHOLM):
        for week in range(52):
            days = WorkingDays(datetime(2026, 1, 4, 23, 30, tzinfo=UTC) + timedelta(8 * week), town)
            found = [days.day(steps) for steps in range(-25, 21)]
            assert all(each.weekday() < 5 and (each.month, each.day) != (12, 25) for each in found)
            assert found == sorted(found)
            assert len({each.date() for each in found}) >= 45
