"""NRTRDE files for tests: a call, a message, a session and a service."""

from mediation.formats.ber_writing import element, packed

IMSI = "260011234567890"


def event(
    number: int,
    *parts: bytes,
    local: str = "20261005120000",
    offset: str | None = "+0200",
    seconds: int = 61,
) -> bytes:
    """An event of this kind (3 originated, 4 terminated, 5 GPRS) with further parts."""
    said = [element(34, packed(IMSI)), element(21, local)]
    said += [] if offset is None else [element(45, offset)]
    return element(number, [*said, element(19, seconds), element(24, 0), *parts])


def service(code: str) -> bytes:
    return element(46, [element(43, code)])


EVENTS = (
    event(3, service("11"), element(27, "49301234567")),
    event(4, service("21"), element(22, "48225556677"), local="20261005120100"),
    event(5, element(16, "internet.example"), element(28, 1_000_000), element(29, 250_000)),
    event(3, element(42, "2B"), local="20261005120200"),
)


def listed(
    *events: bytes, count: int | None = None, release: int = 1, is_open: bool = False
) -> bytes:
    """A file of these events, with their right number unless another is given."""
    held = events or EVENTS
    return element(
        1,
        [
            element(41, 2),
            element(37, release),
            element(38, "DEUT1"),
            element(36, "POLKM"),
            element(2, list(held), is_open),
            element(20, len(held) if count is None else count),
        ],
        is_open,
    )
