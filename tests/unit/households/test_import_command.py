"""`./nhipcau import households FILE --dry-run`: judges a file without any database."""

import json
from pathlib import Path

from click.testing import CliRunner

from app.cli.import_ import command

DATA = Path(__file__).parents[2] / "data" / "households"
LIST = str(DATA / "ward_list.xlsx")


def run(*arguments):
    return CliRunner().invoke(command, ["households", *arguments])


def test_the_verdicts_of_a_dry_run_are_json_and_the_known_ones():
    known = json.loads((DATA / "ward_list.expected.json").read_text(encoding="utf-8"))
    defects = {(d["sheet"], d["row"]): d["verdict"] for d in known["defects"]}

    answer = run(LIST, "--ward", "00364", "--dry-run", "--json")

    found = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert set(found) == {"counts", "rows"}
    assert found["counts"] == known["counts"]
    assert all(r["verdict"] == defects.get((r["sheet"], r["row"]), "ok") for r in found["rows"])
    assert all(set(r) == {"sheet", "row", "verdict", "reasons"} for r in found["rows"])


def test_for_people_the_faults_are_sentences():
    answer = run(LIST, "--ward", "00364", "--dry-run")

    assert "error" in answer.stdout
    assert "Ngày sinh ở tương lai." in answer.stdout


def test_a_file_that_cannot_be_taken_ends_with_one_sentence(tmp_path):
    broken = tmp_path / "list.xlsx"
    broken.write_bytes(b"PK\x03\x04 broken")

    answer = run(str(broken), "--ward", "00364", "--dry-run")

    assert answer.exit_code == 2
    assert "Tệp bị hỏng" in answer.stderr
    assert answer.stdout == ""


def test_a_wards_code_has_five_digits():
    answer = run(LIST, "--ward", "364", "--dry-run")

    assert answer.exit_code == 2
    assert "five digits" in answer.stderr
