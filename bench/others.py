"""What others do on the machine meanwhile: processor time that neither this process nor any that it started took."""

import os
import time
from collections import defaultdict
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROCESSES = Path("/proc")
WORK = (1, 2, 3, 8)
"""Fields of /proc/stat: user, nice, system, stolen by other machines; interrupts belong to nobody."""

TIMES = (11, 12, 13, 14)
"""Fields of a process's own, counted after its name: its time, and that of its children that have ended."""


class Others:
    """Counts from when it is made."""

    def __init__(self) -> None:
        self._began, self._before = time.monotonic(), _of_others()

    def cores(self) -> float:
        """How many processors others kept busy on average; 0 where the system doesn't tell."""
        return max(0.0, (_of_others() - self._before) / (time.monotonic() - self._began))


def _of_others() -> float:
    try:
        fields = (PROCESSES / "stat").read_text().split("\n", 1)[0].split()
    except OSError:
        return 0.0
    return (sum(int(fields[i]) for i in WORK) - _ours()) / TICKS


def _ours() -> int:
    """Ticks of this process and of all below it: servers, clients and the database alike."""
    children: dict[int, list[int]] = defaultdict(list)
    ticks: dict[int, int] = {}
    for folder in PROCESSES.glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended: its parent has its time
            continue
        children[int(fields[1])].append(int(folder.name))
        ticks[int(folder.name)] = sum(int(fields[i]) for i in TIMES)
    found, total = [os.getpid()], 0
    while found:
        process = found.pop()
        total += ticks.get(process, 0)
        found += children[process]
    return total
