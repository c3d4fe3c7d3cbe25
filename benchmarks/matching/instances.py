"""Instances of the file interface, written to a folder and read by the very code that is judged."""

import importlib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from app.matching.solver.columns import Ints
from app.matching.solver.engine import best_flow, costs_of
from app.matching.solver.expand import expand
from app.matching.solver.files.problems import Part, parts_of
from app.matching.solver.files.reading import Instance, read_instance
from app.matching.solver.lift import Rows
from app.matching.solver.network import Network
from app.matching.solver.plan import network_of
from app.matching.solver.problem import Policy
from app.matching.solver.proof import Proof, prove

# Untyped, as it was given.
generator: Any = importlib.import_module("benchmarks.matching.generator")


@dataclass(frozen=True, slots=True)
class Given:
    """One instance: as the generator has it, as the solver reads it, and where it lies."""

    scale: str
    original: Any
    instance: Instance
    parts: tuple[Part, ...]
    folder: Path

    @property
    def flows(self) -> tuple[Part, ...]:
        """The categories that are flows."""
        return tuple(part for part in self.parts if not part.category.is_project)


@dataclass(frozen=True, slots=True)
class Run:
    """One category, solved stage by stage. seconds: build, engine, expand, prove."""

    part: Part
    network: Network
    rows: Rows
    proof: Proof | None
    seconds: Mapping[str, float]

    @property
    def is_certified(self) -> bool:
        """Whether the rows are proven best."""
        return self.proof is not None and self.proof.prices is not None


@contextmanager
def instance_of(scale: str, seed: int) -> Iterator[Given]:
    """An instance in a folder of its own, which goes afterwards."""
    with TemporaryDirectory(prefix="nhipcau-bench-") as name:
        original = generator.generate(scale, seed)
        generator.save(original, name)
        instance = read_instance(Path(name))
        yield Given(scale, original, instance, tuple(parts_of(instance, Policy())), Path(name))


def run_of(part: Part) -> Run:
    """Solve one category and time its stages."""
    marks = [time.perf_counter()]
    network = network_of(part.problem)
    marks.append(time.perf_counter())
    flow, _ = best_flow(network, costs_of(network))
    marks.append(time.perf_counter())
    rows = expand(part.problem, network, flow)
    marks.append(time.perf_counter())
    proof = prove(part.problem, network, rows)
    marks.append(time.perf_counter())
    names = ("build", "engine", "expand", "prove")
    return Run(part, network, rows, proof, dict(zip(names, np.diff(marks).tolist(), strict=True)))


def seconds_of(runs: list[Run], *stages: str) -> float:
    """What these stages took in all runs."""
    return sum(run.seconds[stage] for run in runs for stage in stages)


def ids_of(run: Run) -> Ints:
    """The rows by id: pledge, need, units."""
    pledge, need, units = run.rows
    return np.stack([run.part.pledges[pledge], run.part.needs[need], units], axis=1)
