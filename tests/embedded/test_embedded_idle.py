"""An idle server costs nothing (E12)."""

import os
import time

import psutil

# Seconds of doing nothing; the full form is ten minutes.
LONG = 600.0
QUIET = LONG if os.environ.get("PLF_TEST_LONG_IDLE") else 3.0
# Work of 10 ms, the kernel's unit of account, is already 0.3 % of the short form.
ALLOWED = 0.005 if QUIET == LONG else 0.02


def test_nothing_to_do_takes_no_processor_time(base, start, postmaster, record_property):
    with start(data_dir=base / "db", settings={}):
        time.sleep(1)  # the server's own first chores
        server = psutil.Process(postmaster(base / "db"))
        everyone = [psutil.Process(), server, *server.children(recursive=True)]
        assert len(everyone) > 4
        before = [used(process) for process in everyone]
        time.sleep(QUIET)
        spent = sum(used(process) for process in everyone if process.is_running()) - sum(before)
        record_property("idle_share", spent / QUIET)
        assert spent / QUIET < ALLOWED


def used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
