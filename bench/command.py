"""The command behind ``jejak bench`` and ``python -m bench.command``: ``[NAME …] [--json] [--quick]``."""

import sys

from bench import BENCHES, run


def main(arguments: list[str]) -> None:
    """Run the named benches and end the process: 0 if every mark holds, 1 if one does not, 2 for wrong use."""
    names = [word for word in arguments if not word.startswith("-")]
    unknown = sorted({*names} - {*BENCHES}) + [
        word for word in arguments if word.startswith("-") and word not in {"--json", "--quick"}
    ]
    if unknown:
        print(f"There is no bench or option {', '.join(unknown)}; there are {', '.join(BENCHES)}.", file=sys.stderr)
        sys.exit(2)
    sys.exit(0 if run(names, json="--json" in arguments, quick="--quick" in arguments) else 1)


if __name__ == "__main__":
    main(sys.argv[1:])
