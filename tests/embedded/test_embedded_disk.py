"""A disk that runs full while the cluster is made (E9)."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.postgres.databases import DatabaseUnavailable


def mount(folder: Path, options: str) -> bool:
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False)
    return done.returncode == 0


@pytest.fixture
def small_disk(base: Path) -> Iterator[Path]:
    folder = base / "disk"
    folder.mkdir()
    if not mount(folder, "size=20m,mode=755"):
        pytest.skip("this machine doesn't let us mount a small disk")
    yield folder
    # Lazily: whoever reads /proc or still leaves the folder holds it for a moment, and nothing else is to be seen.
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.root_only
def test_a_full_disk_is_said_to_be_full_and_the_next_start_completes(small_disk, fresh, ask):
    sentence = f"The disk that holds {small_disk}/db is full: free some space and start again."
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable) as refused, fresh(data_dir=small_disk / "db"):
            pass
        assert str(refused.value) == sentence
    assert mount(small_disk, "remount,size=400m")
    with fresh(data_dir=small_disk / "db") as dsns:
        assert ask(dsns.app, "select 42") == 42


@pytest.mark.root_only
def test_a_disk_without_room_for_a_single_file_is_said_to_be_full(small_disk, fresh):
    (small_disk / "ballast").write_bytes(b"x" * (20 * 1024 * 1024))
    with pytest.raises(DatabaseUnavailable, match="is full"), fresh(data_dir=small_disk / "db"):
        pass
