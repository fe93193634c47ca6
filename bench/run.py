"""`python -m bench.run`: builds the data, drives our service and its peers side by side, and prints ratios."""

import argparse
import asyncio
import json
import logging
import signal
import tempfile
import time
from pathlib import Path

import asyncpg

from api.postgres.databases import resolve_database
from bench import report
from bench.conditions import Conditions, conditions
from bench.databases import Databases, sizes
from bench.groups import NAMES, group
from bench.issuer import issuing
from bench.load import client_name
from bench.operations import Callers
from bench.peers.install import node
from bench.pgbench import program
from bench.rounds import Length, Measured, Stage, measure
from bench.servers import write_tokens

HERE = Path(__file__).parent
LOG = logging.getLogger("bench")
FULL = Length(rounds=9, seconds=5)
QUICK = Length(rounds=3, seconds=2)


def main() -> None:
    """Run what the command line says; told to stop, it stops its servers too."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    given = _arguments()
    length = QUICK if given.quick else FULL
    length = Length(given.rounds or length.rounds, given.seconds or length.seconds)
    asyncio.run(_run(given, length))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="3 rounds of 2 s instead of 9 of 5 s")
    parser.add_argument("--rounds", type=int, help="how many rounds")
    parser.add_argument("--seconds", type=float, help="how long each turn takes")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the data; 1 is 40,000 meetings")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=list(NAMES), help="which groups")
    parser.add_argument("--folder", type=Path, default=HERE.parent / ".plf" / "bench", help="where the data is kept")
    return parser.parse_args()


async def _run(given: argparse.Namespace, length: Length) -> None:
    began = time.monotonic()
    if program() is None:
        LOG.info("pgbench is not here: skipped")
    if node() is None:
        LOG.info("the Node peers are not installed (make bench-peers): skipped")
    LOG.info("driven by %s", client_name())
    with (
        tempfile.TemporaryDirectory(prefix="plf-bench-") as folder,
        resolve_database(url=None, data_dir=given.folder) as dsns,
        issuing() as issuer,
    ):
        databases = Databases(dsns, sizes(given.scale))
        callers = Callers(issuer, databases.sizes)
        here = conditions(await _postgres(databases), given.scale, length)
        results: list[Measured] = []
        for name in given.only:
            wanted = await group(name, databases, callers)
            stage = Stage(Path(folder), write_tokens(Path(folder) / "tokens.json", callers.people()))
            LOG.info("%s: %d rounds of %d turns", name, length.rounds, len(wanted.cases))
            results.append(await measure(wanted, length, stage))
            _keep(here, results, time.monotonic() - began)
        print(report.markdown(here, results, time.monotonic() - began))


async def _postgres(databases: Databases) -> str:
    connection = await asyncpg.connect(databases.admin)
    try:
        text: str = await connection.fetchval("show server_version")
        return text
    finally:
        await connection.close()


def _keep(here: Conditions, results: list[Measured], seconds: float) -> None:
    """After every group, so that a run that is broken off leaves what it has; a complete one also RESULTS.md."""
    text = report.markdown(here, results, seconds)
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    name = here.at.replace(":", "").replace("+0000", "Z")
    (folder / f"{name}.json").write_text(json.dumps(report.document(here, results), indent=1))
    (folder / f"{name}.md").write_text(text)
    if complete(here, results):
        (HERE / "RESULTS.md").write_text(text)


def complete(here: Conditions, results: list[Measured]) -> bool:
    """Whether everything was measured on all the data, and for long enough, and every bar has its peer."""
    enough = here.length.rounds >= FULL.rounds and here.length.seconds >= FULL.seconds
    all_groups = {each.group.name for each in results} == set(NAMES)
    return enough and here.scale == 1 and all_groups and not any(each.missing() for each in results)


if __name__ == "__main__":
    main()
