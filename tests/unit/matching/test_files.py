"""The file interface: what it reads, what it refuses and where, and that order does not matter."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from app.cli.solve import command
from app.matching.solver.files.kinds import CATEGORIES
from app.matching.solver.files.problems import part_of
from app.matching.solver.files.reading import NEED_COLUMNS, read_instance
from app.matching.solver.files.tables import FileFault
from app.matching.solver.problem import Policy
from benchmarks.matching import generator


@pytest.fixture
def folder(tmp_path):
    generator.save(generator.generate("small", 3), str(tmp_path))
    return tmp_path


def solved(folder, *options):
    out = folder / "plan.csv"
    result = CliRunner().invoke(command, [str(folder), "--out", str(out), *options])
    facts = json.loads(result.stdout) if result.exit_code == 0 else None
    return result, facts, out


def change(folder, file, line, column, value):
    lines = (folder / file).read_text().splitlines()
    values = lines[line - 1].split(",")
    values[lines[0].split(",").index(column)] = str(value)
    lines[line - 1] = ",".join(values)
    (folder / file).write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize("number", range(8))
def test_the_categories_are_those_of_the_file_interface(number):
    kind = CATEGORIES[number]

    assert kind.name == generator.CATEGORY[number]
    assert np.array_equal(kind.fit, generator.fit_table(number))
    assert kind.merges == (number in generator.MERGE_DUPLICATES)
    assert kind.caps == (number in generator.CAP_BY_HOUSEHOLD)


@pytest.mark.parametrize("seed", range(3))
def test_who_is_eligible_is_what_the_file_interface_says(tmp_path, seed):
    instance = generator.generate("ward", seed)
    generator.save(instance, str(tmp_path))

    read = read_instance(tmp_path)
    parts = [part_of(read, Policy(), number) for number in range(8)]

    eligible = np.sort(np.concatenate([part.needs for part in parts]))
    barred = {int(i): int(b) for p in parts for i, b in zip(p.barred, p.bar, strict=True)}
    assert np.array_equal(eligible, np.flatnonzero(instance.eligible))
    assert barred == {int(i): int(instance.why_not[i]) for i in np.flatnonzero(instance.why_not)}


def test_a_plan_keeps_every_rule_of_the_file_interface(folder):
    instance = generator.load(str(folder))

    result, facts, out = solved(folder)

    rows = np.loadtxt(out, delimiter=",", skiprows=1, dtype=int)
    assert result.exit_code == 0
    assert facts["certified"]
    assert facts["rows"] == len(rows)
    assert all(instance.eligible[need] for _, need, _ in rows)
    assert all(generator.compat(instance, p, [n])[0] for p, n, _ in rows if p >= 0)
    gifts = rows[rows[:, 0] >= 0]
    given = np.bincount(gifts[:, 0], gifts[:, 2], len(instance.pledges["qty"]))
    got = np.bincount(rows[:, 1], rows[:, 2], len(instance.needs["qty"]))
    assert (given <= instance.pledges["qty"]).all()
    assert (got <= instance.needs["qty"]).all()
    housing = instance.needs["category"] == generator.HOUSING
    paid = housing & (got > 0)
    assert np.array_equal(got[paid], instance.needs["qty"][paid])


def test_every_need_and_every_pledge_has_a_reason(folder):
    reasons = folder / "reasons.jsonl"

    solved(folder, "--explain", str(reasons))

    lines = [json.loads(line) for line in reasons.read_text().splitlines()]
    assert {line["need_id"] for line in lines if "need_id" in line} == set(range(300))
    assert {line["pledge_id"] for line in lines if "pledge_id" in line} == set(range(40))
    assert all(line["code"] for line in lines)


def shuffle(instance, seed):
    rng = np.random.default_rng(seed)
    needs, pledges = rng.permutation(300), rng.permutation(40)
    turned = replace(
        instance,
        needs={name: column[needs] for name, column in instance.needs.items()},
        pledges={name: column[pledges] for name, column in instance.pledges.items()},
        blocked=rng.permutation(instance.blocked),
    )
    generator.mark_eligible(turned)
    return turned


def test_shuffled_rows_give_the_same_plan_to_the_byte(folder, tmp_path):
    other = tmp_path / "shuffled"
    generator.save(shuffle(generator.generate("small", 3), 8), str(other))

    _, _, plan = solved(folder)
    _, _, again = solved(other)

    assert plan.read_bytes() == again.read_bytes()


@pytest.mark.slow
def test_two_workers_and_another_hash_seed_give_the_same_plan(folder):
    _, _, plan = solved(folder)
    other = folder / "other.csv"

    subprocess.run(
        [
            sys.executable, "-m", "app.cli", "solve", str(folder), "--out", str(other),
            "--workers", "2",
        ],
        env={**os.environ, "PYTHONHASHSEED": "77"}, check=True, capture_output=True,
    )  # fmt: skip

    assert plan.read_bytes() == other.read_bytes()


@pytest.mark.parametrize(
    ("file", "column", "value", "cause"),
    [
        ("needs.csv", "qty", "-3", "qty is -3, not a quantity from 1 on"),
        ("needs.csv", "qty", "abc", "qty is 'abc', not a whole number"),
        ("needs.csv", "score", "12.5", "score is '12.5', not a whole number"),
        ("needs.csv", "waiting", "9" * 30, f"waiting is '{'9' * 30}', not a whole number"),
        ("needs.csv", "ward", "99", "ward is 99, which geo.csv does not know"),
        ("needs.csv", "category", "8", "category is 8, not a category from 0 to 7"),
        ("needs.csv", "spec", "77", "spec is 77, which its category does not know"),
        ("needs.csv", "need_id", "0", "need_id is 0, which occurs in an earlier line already"),
        ("pledges.csv", "origin", "-1", "origin is -1, which geo.csv does not know"),
        ("pledges.csv", "qty", "-1", "qty is -1, not a quantity from 0 on"),
        ("pledges.csv", "scope_kind", "5", "scope_kind is 5, not 0, 1 or 2"),
        ("pledges.csv", "pledge_id", "1", "pledge_id is 1, which occurs in an earlier line"),
        ("blocked.csv", "category", "9", "category is 9, not a category"),
    ],
)
def test_a_value_that_cannot_be_meant_is_named_with_file_line_and_cause(
    folder, file, column, value, cause
):
    change(folder, file, 5, column, value)

    result, _, out = solved(folder)

    assert result.exit_code == 2
    assert f"{file}, line 5: {cause}" in result.stderr
    assert not out.exists()


@pytest.mark.parametrize("file", ["needs.csv", "pledges.csv", "geo.csv", "blocked.csv"])
def test_a_missing_column_is_named(folder, file):
    path = folder / file
    first, rest = path.read_text().split("\n", 1)
    path.write_text(f"{first.rsplit(',', 1)[0]}\n{rest}")

    with pytest.raises(FileFault) as refused:
        read_instance(folder)

    assert (refused.value.file, refused.value.line) == (file, 1)
    assert "is missing" in refused.value.cause


@pytest.mark.parametrize("file", ["needs.csv", "geo.csv", "meta.json"])
def test_a_missing_file_is_named(folder, file):
    (folder / file).unlink()

    result, _, _ = solved(folder)

    assert result.exit_code == 2
    assert f"{file}: the file is missing" in result.stderr


def test_a_line_with_too_few_values_is_named(folder):
    path = folder / "needs.csv"
    lines = path.read_text().splitlines()
    lines[7] = lines[7].rsplit(",", 1)[0]
    path.write_text("\n".join(lines))

    result, _, _ = solved(folder)

    assert f"needs.csv, line 8: there are {len(NEED_COLUMNS) - 1} values" in result.stderr


def test_an_empty_line_and_a_file_that_is_no_text_are_refused(folder):
    path = folder / "needs.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:4], "", *lines[4:]]))

    empty, _, _ = solved(folder)
    path.write_bytes(b"\xff\xfe\x00")
    binary, _, _ = solved(folder)

    assert "needs.csv, line 5: the line is empty" in empty.stderr
    assert (empty.exit_code, binary.exit_code) == (2, 2)


def test_a_digest_of_other_files_is_refused(folder):
    change(folder, "needs.csv", 5, "score", 1)
    meta = json.loads((folder / "meta.json").read_text())

    result, _, _ = solved(folder)
    (folder / "meta.json").write_text(json.dumps(meta | {"fund_total": "many"}))
    odd, _, _ = solved(folder)
    (folder / "meta.json").write_text("{")
    broken, _, _ = solved(folder)

    assert "meta.json: the digest is not that of the files" in result.stderr
    assert "fund_total is 'many', not a whole number" in odd.stderr
    assert "meta.json, line 1: this is not JSON" in broken.stderr


def test_a_file_without_rows_is_an_empty_problem(folder):
    for file in ("needs.csv", "pledges.csv", "blocked.csv"):
        path = folder / file
        path.write_text(path.read_text().split("\n", 1)[0] + "\n")
    meta = {"scale": "none", "seed": 0, "fund_total": 0, "digest": ""}
    empty = {
        name: np.zeros(0, dtype=np.int64) for name in (*generator.NEED_COLS, *generator.PLEDGE_COLS)
    }
    instance = replace(
        generator.generate("tiny", 1),
        needs=empty, pledges=empty, blocked=np.zeros((0, 2)), fund_total=0,
    )  # fmt: skip
    (folder / "meta.json").write_text(json.dumps(meta | {"digest": instance.digest()}))

    result, facts, out = solved(folder)

    assert result.exit_code == 0
    assert facts["rows"] == 0
    assert out.read_text() == "pledge_id,need_id,units\n"
