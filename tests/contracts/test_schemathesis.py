"""Schemathesis holds the running service against the committed contract, with every check that it has."""

import asyncio
import os
import sys
from pathlib import Path

from harness.contract import FILE
from harness.listening import listening

CONFIG = Path(__file__).with_name("schemathesis.toml")


async def test_nothing_that_schemathesis_thinks_of_breaks_the_contract(filled, tmp_path):
    async with listening(filled.town.app) as address:
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG)),
            *("run", str(FILE), "--url", address),
        ]
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=tmp_path,
            env={
                **os.environ,
                "PLF_TEST_BEARER": filled.bearer(),
                "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
                "PYTHONPATH": str(CONFIG.parent),
                "NO_COLOR": "1",
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()[-20_000:]
