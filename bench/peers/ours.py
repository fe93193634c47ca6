"""Our service in a process of its own, with logging to a file, the worker beside it and tokens fully verified."""

import sys

import uvicorn

from api.app import create_app
from api.postgres.databases import Dsns
from api.settings import Settings
from api.web.log import configure_logging
from api.web.slow_clients import guarded
from bench.dataset import AUDIENCE
from bench.peers.settings import told


def main() -> None:
    """Serve until told to stop; standard error is the log."""
    here = told()
    configure_logging("INFO", "json", sys.stderr)
    settings = Settings(public_url=AUDIENCE, allow_loopback_issuers=True, secret_key="bench")
    app = create_app(settings, Dsns(here.dsn, here.dsn, here.dsn, None))
    uvicorn.run(app, port=here.port, http=guarded(), log_config=None, access_log=False, server_header=False)


if __name__ == "__main__":
    main()
