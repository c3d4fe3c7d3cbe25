"""Makes `.venv` from the locked requirements, then becomes `python -m app.cli`.

The launcher runs this file with whatever Python the machine has, so it uses the standard
library alone and imports nothing of ours.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RUN_LOCK = "requirements.lock"
DEVELOPMENT_LOCK = "requirements-dev.lock"
DEVELOPMENT_VERBS = frozenset({"test", "bench", "lock"})


class CannotPrepare(Exception):
    """The environment cannot be made. The message says what the reader can do about it."""


def main(arguments: Sequence[str]) -> None:
    """Prepare the environment that the verb needs and hand over to it; does not return."""
    verb = arguments[0] if arguments else ""
    lock = DEVELOPMENT_LOCK if verb in DEVELOPMENT_VERBS else RUN_LOCK
    try:
        prepare(ROOT, lock)
    except CannotPrepare as error:
        sys.exit(f"Nhịp Cầu cannot start: {error}")
    python = _python(ROOT)
    os.execve(python, [str(python), "-m", "app.cli", *arguments], _environment(ROOT))  # noqa: S606 - it becomes the command.


def prepare(root: Path, lock: str) -> None:
    """Make or renew `root/.venv` so that it holds what `lock` names. Raises CannotPrepare."""
    if _is_current(root, lock):
        return
    with _alone(root):
        if not _is_current(root, lock):
            _install(root, lock)


def _python(root: Path) -> Path:
    return root / ".venv" / "bin" / "python"


def _stamp(root: Path, lock: str) -> Path:
    return root / ".venv" / f"{lock}.sha256"


def _digest(root: Path, lock: str) -> str:
    return hashlib.sha256((root / lock).read_bytes()).hexdigest()


def _is_current(root: Path, lock: str) -> bool:
    """Whether the environment holds `lock`; the development lock holds all of the other."""
    if not _python(root).exists():
        return False
    enough = {lock, DEVELOPMENT_LOCK}
    return any(
        _stamp(root, name).exists() and _stamp(root, name).read_text() == _digest(root, name)
        for name in enough
    )


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Let one of several first calls do the work while the others wait for it."""
    with (root / "pyproject.toml").open("rb") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("another call is preparing .venv; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _install(root: Path, lock: str) -> None:
    folder = root / ".venv"
    if not os.access(folder if folder.exists() else root, os.W_OK):
        message = f"{folder} cannot be written by this user; run as the owner of the checkout"
        raise CannotPrepare(message)
    _say(f"preparing .venv from {lock} (once; a minute or two)")
    if not _has_pip(root):
        _make_environment(folder)
    for name in (RUN_LOCK, DEVELOPMENT_LOCK):
        _stamp(root, name).unlink(missing_ok=True)
    _run_pip(root, lock)
    _stamp(root, lock).write_text(_digest(root, lock))
    _say(".venv is ready")


def _has_pip(root: Path) -> bool:
    """Whether the environment is whole; an interrupted first call leaves one that is not."""
    python = _python(root)
    if not python.exists():
        return False
    asked = subprocess.run(
        [python, "-I", "-m", "pip", "--version"], capture_output=True, check=False
    )
    return asked.returncode == 0


def _make_environment(folder: Path) -> None:
    try:
        venv.create(folder, with_pip=True, clear=True, symlinks=True)
    except (OSError, subprocess.CalledProcessError) as error:
        message = (
            f"a virtual environment cannot be made in {folder} ({error}).\n"
            f"On Debian or Ubuntu: apt install python3-venv"
        )
        raise CannotPrepare(message) from error


def _run_pip(root: Path, lock: str) -> None:
    command = [str(_python(root)), "-I", "-m", "pip", "install", "-qq", "--no-input"]
    command += ["--disable-pip-version-check", "--only-binary", ":all:", "--require-hashes"]
    # A personal `pip --user` or target setting would put the packages somewhere else.
    settings = {"PIP_USER": "0", "PIP_ROOT_USER_ACTION": "ignore", "PIP_REQUIRE_VIRTUALENV": "0"}
    done = subprocess.run(
        [*command, "-r", str(root / lock)], env=os.environ | settings, check=False
    )
    if done.returncode:
        message = (
            f"pip could not install what {lock} names (see above). Without a network, or behind\n"
            f"a proxy, configure pip first; then call ./nhipcau again: it goes on where it stopped."
        )
        raise CannotPrepare(message)


def _environment(root: Path) -> dict[str, str]:
    """Find `app` in this checkout, wherever the caller stands: even inside another checkout."""
    paths = [str(root), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONSAFEPATH": "1"}


def _say(message: str) -> None:
    print(f"nhipcau: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
