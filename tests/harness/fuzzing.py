"""Schemathesis as its users run it: the program, against the service behind a real socket."""

import asyncio
import os
import sys
from pathlib import Path

from harness.contract import FILE
from harness.filled import Filled
from harness.listening import listening

FOLDER = Path(__file__).parents[1] / "contracts"
CONFIG = str(FOLDER / "schemathesis.toml")
SDL = FILE.with_name("schema.graphql")


async def failures(filled: Filled, folder: Path, *arguments: str) -> str:
    """What breaks REST's contract, as it says it; empty when nothing does. The chief signs in; files go to `folder`."""
    return await _found(filled, folder, FILE, "", "schemathesis_hooks", "--config-file", CONFIG, "run", *arguments)


async def graphql_failures(filled: Filled, folder: Path, *arguments: str) -> str:
    """The same of the committed SDL."""
    return await _found(filled, folder, SDL, "/graphql", "schemathesis_graphql_hooks", "run", *arguments)


async def _found(filled: Filled, folder: Path, contract: Path, at: str, hooks: str, *arguments: str) -> str:
    async with listening(filled.town.app) as address:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "schemathesis.cli", *arguments, str(contract), "--url", address + at),
            cwd=folder,
            env={
                **os.environ,
                "PLF_TEST_BEARER": filled.bearer(),
                "SCHEMATHESIS_HOOKS": hooks,
                "PYTHONPATH": str(FOLDER),
                "NO_COLOR": "1",
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
    return "" if process.returncode == 0 else output.decode()[-20_000:]
