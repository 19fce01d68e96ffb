"""The machine and the versions that figures were measured with; no paths, no names of hosts."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("saldo", "polars", "pyarrow", "psycopg", "SQLAlchemy")


def machine() -> dict[str, str]:
    """What a reader needs to know to judge the figures."""
    return {
        "processors": f"{os.cpu_count()} x {_processor()}",
        "memory": f"{_memory_gb():.1f} GB",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        **{name.lower(): version(name) for name in LIBRARIES},
    }


def _processor() -> str:
    for line in _lines("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_gb() -> float:
    for line in _lines("/proc/meminfo"):
        if line.startswith("MemTotal"):
            return int(line.split()[1]) / 1024**2
    return 0.0


def _lines(place: str) -> list[str]:
    path = Path(place)
    return path.read_text().splitlines() if path.exists() else []
