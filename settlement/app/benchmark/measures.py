"""What was measured, against which bar; values only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

RATIO_BAR: Final = 6.0
AGAIN_BAR: Final = 2.0
MEMORY_BAR_MB: Final = 3 * 1024
GROWTH_BAR: Final = 1.2
STEPS: Final = ("take in", "rate and share", "close and post")


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure; without a bar it is only told. `spread` is from the least to the most seen."""

    what: str
    measured: str
    bar: str = ""
    is_met: bool | None = None
    spread: str = ""


def measures(runs: Sequence[Mapping[str, Any]]) -> list[Measure]:
    """The figures of runs of `bench.run_once`, the sizes from small to large."""
    sizes = sorted({run["records"] for run in runs})
    told = [measure for size in sizes for measure in _of_size(size, _of(runs, size))]
    if len(sizes) > 1:
        told.append(_growth(_of(runs, sizes[0]), _of(runs, sizes[-1])))
    return told


def ratios(runs: Sequence[Mapping[str, Any]]) -> list[float]:
    """How many times as long as rewriting the files each run took; against its own rewriting."""
    return [run["month"]["seconds"] / run["rewriting_seconds"] for run in runs]


def middle(values: Sequence[float]) -> float:
    """The middle one, the lower of two."""
    return sorted(values)[(len(values) - 1) // 2]


def _of(runs: Sequence[Mapping[str, Any]], size: int) -> list[Mapping[str, Any]]:
    return [run for run in runs if run["records"] == size]


def _of_size(size: int, runs: Sequence[Mapping[str, Any]]) -> Iterator[Measure]:
    name = f"{size:,} records"
    yield _limited(f"{name}: files to postings, times rewriting the files", ratios(runs), RATIO_BAR)
    again = [
        run["month"]["steps"]["rate again"] / run["month"]["steps"]["rate and share"]
        for run in runs
    ]
    yield _limited(f"{name}: rating the closed month again, times rating it", again, AGAIN_BAR)
    peak = max(run["month"]["peak_memory_mb"] for run in runs)
    yield Measure(
        f"{name}: peak memory of all processes",
        f"{peak:,} MB",
        f"below {MEMORY_BAR_MB:,} MB",
        peak < MEMORY_BAR_MB,
    )
    seconds = [run["month"]["seconds"] for run in runs]
    each = middle(seconds) / size * 1e6
    yield Measure(
        f"{name}: seconds, and microseconds a record",
        f"{middle(seconds):,.1f} s, {each:.1f} µs",
        spread=f"{min(seconds):,.1f} to {max(seconds):,.1f} s",
    )
    yield Measure(
        f"{name}: the naive way over all of them, counted up from a sample",
        f"{middle([_naive_seconds(run) for run in runs]):,.0f} s",
    )


def _limited(what: str, values: Sequence[float], bar: float) -> Measure:
    found = middle(values)
    spread = f"{min(values):.2f} to {max(values):.2f}" if len(values) > 1 else ""
    return Measure(what, f"{found:.2f}", f"at most {bar:.2f}", found <= bar, spread)


def _naive_seconds(run: Mapping[str, Any]) -> float:
    return float(run["naive"]["seconds"] / run["naive"]["lines"] * run["records"])


def _growth(small: Sequence[Mapping[str, Any]], large: Sequence[Mapping[str, Any]]) -> Measure:
    def each(runs: Sequence[Mapping[str, Any]]) -> float:
        return middle([run["month"]["seconds"] / run["records"] for run in runs])

    what = f"time a record at {large[0]['records']:,}, times that at {small[0]['records']:,}"
    return _limited(what, [each(large) / each(small)], GROWTH_BAR)
