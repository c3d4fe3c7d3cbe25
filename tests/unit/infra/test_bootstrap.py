"""The launcher prepares .venv once, and says in plain words when it cannot."""

import threading

import pytest

from app.infra import bootstrap


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A folder like a checkout, in which making an environment only leaves a trace."""
    (tmp_path / "pyproject.toml").touch()
    for name in (bootstrap.RUN_LOCK, bootstrap.DEVELOPMENT_LOCK):
        (tmp_path / name).write_text(f"{name} as it was")
    calls = []

    def make(folder):
        (folder / "bin").mkdir(parents=True)
        (folder / "bin/python").touch()

    monkeypatch.setattr(bootstrap, "_make_environment", make)
    monkeypatch.setattr(bootstrap, "_has_pip", lambda root: (root / ".venv/bin/python").exists())
    monkeypatch.setattr(bootstrap, "_run_pip", lambda _root, lock: calls.append(lock))
    return tmp_path, calls


def test_a_second_call_finds_it_ready(checkout):
    root, calls = checkout

    bootstrap.prepare(root, bootstrap.RUN_LOCK)
    bootstrap.prepare(root, bootstrap.RUN_LOCK)

    assert calls == [bootstrap.RUN_LOCK]


def test_a_changed_lock_is_installed_again(checkout):
    root, calls = checkout
    bootstrap.prepare(root, bootstrap.RUN_LOCK)

    (root / bootstrap.RUN_LOCK).write_text("newer")
    bootstrap.prepare(root, bootstrap.RUN_LOCK)

    assert calls == [bootstrap.RUN_LOCK] * 2


def test_what_tests_need_is_enough_to_run(checkout):
    root, calls = checkout
    bootstrap.prepare(root, bootstrap.DEVELOPMENT_LOCK)

    bootstrap.prepare(root, bootstrap.RUN_LOCK)

    assert calls == [bootstrap.DEVELOPMENT_LOCK]


def test_what_runs_is_not_enough_for_tests(checkout):
    root, calls = checkout
    bootstrap.prepare(root, bootstrap.RUN_LOCK)

    bootstrap.prepare(root, bootstrap.DEVELOPMENT_LOCK)

    assert calls == [bootstrap.RUN_LOCK, bootstrap.DEVELOPMENT_LOCK]


def test_of_several_first_calls_one_installs(checkout):
    root, calls = checkout
    crowd = [
        threading.Thread(target=bootstrap.prepare, args=(root, bootstrap.RUN_LOCK))
        for _ in range(6)
    ]

    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()

    assert calls == [bootstrap.RUN_LOCK]


def test_an_interrupted_installation_is_not_taken_for_a_whole_one(checkout, monkeypatch):
    root, calls = checkout

    def interrupted(_root, _lock):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(bootstrap, "_run_pip", interrupted)
        bootstrap.prepare(root, bootstrap.RUN_LOCK)
    bootstrap.prepare(root, bootstrap.RUN_LOCK)

    assert calls == [bootstrap.RUN_LOCK]


def test_the_caller_s_folder_is_not_where_modules_come_from():
    environment = bootstrap._environment(bootstrap.ROOT)

    assert environment["PYTHONSAFEPATH"] == "1"
    assert environment["PYTHONPATH"].split(":")[0] == str(bootstrap.ROOT)
