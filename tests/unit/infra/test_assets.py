"""The front end's build: named by content, listed with licences, refused when missing."""

import hashlib
import json
from pathlib import Path

import pytest

from app.infra import assets

ROOT = Path(__file__).parents[3]


@pytest.fixture
def manifest():
    return json.loads((assets.BUILT / "manifest.json").read_text())


def test_every_built_file_is_what_the_manifest_says(manifest):
    for told in manifest["files"].values():
        content = (assets.BUILT / told["file"]).read_bytes()

        assert hashlib.sha256(content).hexdigest() == told["sha256"]


def test_every_file_names_its_package_and_licence(manifest):
    assert all(told["package"] and told["licence"] for told in manifest["files"].values())


def test_every_package_comes_with_its_licence_text():
    kept = {path.name for path in assets.BUILT.glob("LICENSE-*.txt")}

    assert len(kept) == len({package for _, package, _ in assets.COPIED}) + 1


def test_the_style_names_no_font_of_others(manifest):
    style = (assets.BUILT / manifest["files"]["app.css"]["file"]).read_text()

    assert "GDS" not in style
    assert "asset:" not in style


def test_nothing_in_the_build_calls_another_machine(manifest):
    for name in ("app.css", "public.css", "app.js"):
        text = (assets.BUILT / manifest["files"][name]["file"]).read_text()

        assert "http://" not in text.replace("http://www.w3.org/", "")
        assert "https://" not in text


def test_a_changed_source_asks_for_a_new_build(tmp_path):
    (tmp_path / "app/static/src").mkdir(parents=True)
    (tmp_path / "app/static/build").mkdir()
    (tmp_path / "package-lock.json").write_text("{}")
    manifest = {"sources": assets._digest_of_sources(tmp_path), "files": {}}
    (tmp_path / "app/static/build/manifest.json").write_text(json.dumps(manifest))
    before = assets.is_built(tmp_path)

    (tmp_path / "app/static/src/app.scss").write_text("a{}")

    assert before
    assert not assets.is_built(tmp_path)


def test_an_unbuilt_front_end_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(assets, "BUILT", tmp_path)
    assets._manifest.cache_clear()

    with pytest.raises(assets.AssetsError, match="nhipcau assets"):
        assets.asset_url("app.css")
    assets._manifest.cache_clear()
