"""By hand, any number of rounds: python -m tests.faults --rounds 500 --database postgresql"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.bench.create_offer import databases
from tests.faults.storm import storm


def main() -> None:
    wishes = argparse.ArgumentParser(prog="tests.faults")
    wishes.add_argument("--rounds", type=int, default=50)
    wishes.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    wishes.add_argument("--seed", type=int, default=1)
    asked = wishes.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="awning-faults-") as folder,
        databases(Path(folder), ("sqlite", asked.database)) as urls,
    ):
        promises, received, broken = storm(Path(folder), urls[asked.database], asked.rounds, asked.seed)
    for action, subjects in promises.kept.items():
        print(f"{action}: {len(subjects)} acknowledged")
    repeats = sum(count - 1 for count in received.ids.values())
    print(f"asked again: {len(promises.unanswered)}; webhooks {len(received.ids)}, repeated {repeats}")
    print("\n".join(broken) or "nothing lost, nothing twice, the evidence is whole")
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
