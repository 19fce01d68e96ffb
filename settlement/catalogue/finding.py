"""What lint says of a tariff: a fault, and the event that shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, and the event that shows it: section, number, local date and time."""

    level: Literal["error", "warning"]
    code: str
    message: str
    example: Mapping[str, str]
