"""What the fuzzers begin with, and what they have found: none of it is an exception any more (`make fuzz`)."""

import sys
from pathlib import Path

import pytest

FUZZ = Path(__file__).parent / "fuzz"
sys.path.insert(0, str(FUZZ))

import targets  # noqa: E402

FOUND = sorted(path for path in (FUZZ / "found").glob("*/*") if not path.name.startswith("."))


@pytest.mark.parametrize("name", targets.TARGETS)
def test_each_seed_is_read(name: str) -> None:
    seeds = list(targets.seeds(name))
    assert len(seeds) > 1
    for seed in seeds:
        targets.TARGETS[name](seed)
        targets.TARGETS[name](seed[: len(seed) // 2])


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name} {path.name}")
def test_what_was_found_is_mended(path: Path) -> None:
    targets.TARGETS[path.parent.name](path.read_bytes())
