"""`nhipcau solve` as a process of its own: memory, workers, and whether the bytes agree."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.matching.instances import Given, generator


@dataclass(frozen=True, slots=True)
class Process:
    """One run of the command: the digest of its plan, and the facts that it printed."""

    digest: str
    seconds: float
    peak_memory_mb: int


def solve_in_process(folder: Path, *, workers: int = 1, hash_seed: str = "0") -> Process:
    """Solve a folder by the command line."""
    out = folder / "plan.csv"
    command = [sys.executable, "-m", "app.cli", "solve", str(folder), "--out", str(out)]
    done = subprocess.run(
        [*command, "--workers", str(workers)],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        check=True,
    )
    facts = json.loads(done.stdout)
    digest = hashlib.sha256(out.read_bytes()).hexdigest()
    return Process(digest, facts["seconds"]["total"], facts["peak_memory_mb"])


def shuffled(given: Given, folder: Path) -> Path:
    """The same instance with its rows in another order, in a folder below."""
    rng = np.random.default_rng(1)
    inst = given.original
    needs, pledges = (rng.permutation(len(t["qty"])) for t in (inst.needs, inst.pledges))
    turned = replace(
        inst,
        needs={name: column[needs] for name, column in inst.needs.items()},
        pledges={name: column[pledges] for name, column in inst.pledges.items()},
        blocked=rng.permutation(inst.blocked),
    )
    generator.save(turned, str(folder / "shuffled"))
    return folder / "shuffled"
