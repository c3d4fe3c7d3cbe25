"""Lock files pin by hash and name no host; the two agree."""

import json
import re

import pytest

from tests.architecture.sources import ROOT

PIN = re.compile(r"^([a-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
LOCKS = ("requirements.lock", "requirements-dev.lock")


def pins(name):
    return dict(PIN.findall((ROOT / name).read_text()))


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_names_no_host(name):
    text = (ROOT / name).read_text()

    assert "://" not in text
    assert "--index-url" not in text


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_a_hash(name):
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text())

    unhashed = [e.splitlines()[0] for e in entries if PIN.match(e) and "--hash=sha256:" not in e]

    assert unhashed == []


def test_the_development_lock_holds_all_of_the_other():
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def test_the_npm_lock_names_no_host():
    path = ROOT / "package-lock.json"
    if not path.exists():
        pytest.fail("package-lock.json is missing: run npm install once")

    packages = json.loads(path.read_text())["packages"]

    assert [name for name, facts in packages.items() if "resolved" in facts] == []
    assert [n for n, facts in packages.items() if n and "integrity" not in facts] == []
