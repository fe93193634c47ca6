"""`plf doctor` on what only shows beside other things: overlaps, the owner's login, the demo, a folder without data."""

import pytest
from harness.live import plf, reachable_folder, serving

from api.postgres.databases import attach
from api.postgres.pool import connect

OTHER = """
insert into issuer_binding select gen_random_uuid(), t.id, 'https://login.invalid', '{a}', 'rfc9068', '{RS256}',
null, null, null, '{}', '{}', true from tenant t where t.slug = any($1::text[])"""


def test_a_running_demo_is_not_taken_for_one_that_is_not_served(folder):
    with serving(folder, "--demo") as live:
        running = plf(folder, "doctor")
        issuer = f"{live.base_url}/demo/op"
    assert running.returncode == 0, running.stdout
    assert f"ok   {issuer} can be reached" in running.stdout
    assert "warn" not in running.stdout
    stopped = plf(folder, "doctor")
    assert stopped.returncode == 0, stopped.stdout
    assert f"warn {issuer}, the demo's own, is not served now" in stopped.stdout


async def test_tenants_that_lock_each_other_out_are_named_once(demo):
    owner = await connect(attach(demo.folder / "postgres").owner)
    try:
        await owner.execute(OTHER, ["fjordby", "aarhus"])
        found = demo.plf("doctor")
        await owner.execute("update issuer_binding set active = false where issuer = 'https://login.invalid'")
    finally:
        await owner.close()
    assert found.returncode == 1
    assert found.stdout.count("one token of https://login.invalid can mean both aarhus and fjordby") == 1
    assert "one token" not in demo.plf("doctor").stdout


def test_the_owners_login_is_tried(demo):
    dsns = attach(demo.folder / "postgres")

    def doctor(owner: str):
        return plf(demo.folder, "doctor", DATABASE_URL=dsns.app, PLF_DATABASE_OWNER_URL=owner)

    assert "ok   plf_owner can log in" in doctor(dsns.owner).stdout
    other = doctor(dsns.app)
    assert other.returncode == 1
    assert "bad  PLF_DATABASE_OWNER_URL logs in as plf_app" in other.stdout
    wrong = doctor(dsns.owner.replace("plf_owner:", "plf_owner:s3cret"))
    assert wrong.returncode == 1
    assert "bad  the owner's login: password authentication failed" in wrong.stdout
    assert "s3cret" not in wrong.stdout + wrong.stderr


@pytest.mark.parametrize(
    "command",
    [
        ["doctor"],
        ["token"],
        ["import", "organisations", "README.md", "--tenant", "x"],
        ["tenant", "add", "x", "--name", "nb=X", "--admin", "X"],
        ["tenant", "unbind", "x", "--issuer", "https://a.example"],
    ],
    ids=" ".join,
)
def test_whoever_only_looks_makes_no_database(command):
    with reachable_folder() as folder:
        done = plf(folder / "data", *command)
        assert done.returncode == 1
        said = (done.stdout + done.stderr).strip().splitlines()[-1]
        assert f"There is no database in {folder}/data yet" in said
        assert "`plf serve`" in said
        assert not (folder / "data").exists()
