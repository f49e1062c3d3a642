"""Fuzz a parser, guided by what of it was reached: `python tests/fuzz/fuzz.py front --seconds 600`.

It needs atheris, which the tests do not: `make fuzz` installs it. What crashes is kept in `found/NAME/`, and is an
input of `tests/test_fuzz.py` from then on.
"""

import argparse
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

import atheris

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parents[1])]

with atheris.instrument_imports(include=["pipeline"]):
    import targets


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("name", choices=targets.TARGETS)
    parser.add_argument("--seconds", type=int, default=600)
    options = parser.parse_args()
    corpus = Path(tempfile.mkdtemp(prefix=f"course-fuzz-{options.name}-"))
    for seed in targets.seeds(options.name):
        (corpus / sha256(seed).hexdigest()[:16]).write_bytes(seed)
    found = HERE / "found" / options.name
    found.mkdir(parents=True, exist_ok=True)
    try_one = targets.TARGETS[options.name]

    def one(data: bytes) -> None:
        try:
            try_one(data)
        except Exception:
            (found / sha256(data).hexdigest()[:16]).write_bytes(data)
            raise

    limits = [f"-max_total_time={options.seconds}", "-timeout=60", "-rss_limit_mb=4096", "-max_len=20000"]
    atheris.Setup(
        [sys.argv[0], *limits, f"-artifact_prefix={found}/", "-print_final_stats=1", str(corpus)], one
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
