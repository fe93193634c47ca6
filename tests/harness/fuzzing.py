"""Schemathesis as its users run it: the program, against the service behind a real socket."""

import asyncio
import os
import sys
from pathlib import Path

from harness.contract import FILE
from harness.filled import Filled
from harness.listening import listening

FOLDER = Path(__file__).parents[1] / "contracts"


async def failures(filled: Filled, folder: Path, *arguments: str) -> str:
    """What it found, as it says it; empty when there was nothing. The chief signs in; files go to `folder`."""
    async with listening(filled.town.app) as address:
        config = str(FOLDER / "schemathesis.toml")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", config),
            *("run", str(FILE), "--url", address, *arguments),
            cwd=folder,
            env={
                **os.environ,
                "PLF_TEST_BEARER": filled.bearer(),
                "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
                "PYTHONPATH": str(FOLDER),
                "NO_COLOR": "1",
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
    return "" if process.returncode == 0 else output.decode()[-20_000:]
