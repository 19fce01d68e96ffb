"""What the quantity of a record counts, and how larger units become the one that is kept.

    voice, sms, content   piece
    data                  byte           (kilobyte, megabyte, gigabyte: powers of 1000;
                                          kibibyte, mebibyte, gibibyte: powers of 1024)
    meter                 watt_hour      (kilowatt_hour, megawatt_hour)
                          litre          (cubic_metre)
                          core_second    (core_hour)
                          megabyte_hour  (gigabyte_hour, terabyte_hour: powers of 1000)
                          request        (thousand_requests)
                          device_hour    (device_day)
                          consultation

A record that does not say its unit counts in the first one of its kind. Usage is kept in whole
units only: 1.5 kilobyte is 1500 byte, and 0.5 byte is a quantity that cannot be read.
"""

from typing import Final, NamedTuple


class Unit(NamedTuple):
    """`kept` is the unit that usage is kept in, `times` how many of it make one of this."""

    kept: str
    times: int


UNITS: Final[dict[str, Unit]] = {
    "piece": Unit("piece", 1),
    "byte": Unit("byte", 1),
    "kilobyte": Unit("byte", 10**3),
    "megabyte": Unit("byte", 10**6),
    "gigabyte": Unit("byte", 10**9),
    "kibibyte": Unit("byte", 2**10),
    "mebibyte": Unit("byte", 2**20),
    "gibibyte": Unit("byte", 2**30),
    "watt_hour": Unit("watt_hour", 1),
    "kilowatt_hour": Unit("watt_hour", 10**3),
    "megawatt_hour": Unit("watt_hour", 10**6),
    "litre": Unit("litre", 1),
    "cubic_metre": Unit("litre", 10**3),
    "core_second": Unit("core_second", 1),
    "core_hour": Unit("core_second", 3600),
    "megabyte_hour": Unit("megabyte_hour", 1),
    "gigabyte_hour": Unit("megabyte_hour", 10**3),
    "terabyte_hour": Unit("megabyte_hour", 10**6),
    "request": Unit("request", 1),
    "thousand_requests": Unit("request", 10**3),
    "device_hour": Unit("device_hour", 1),
    "device_day": Unit("device_hour", 24),
    "consultation": Unit("consultation", 1),
}

KEPT: Final[dict[str, tuple[str, ...]]] = {
    "voice": ("piece",),
    "sms": ("piece",),
    "content": ("piece",),
    "data": ("byte",),
    "meter": (
        "watt_hour",
        "litre",
        "core_second",
        "megabyte_hour",
        "request",
        "device_hour",
        "consultation",
    ),
}
"""The units that usage of each kind is kept in; the first holds where the record says none."""

USUAL: Final[dict[str, str]] = {kind: kept[0] for kind, kept in KEPT.items()}
