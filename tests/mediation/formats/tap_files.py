"""TAP files for tests: a small batch that ties, of which a test changes one thing."""

from mediation.formats.ber_writing import element, packed

IMSI = "260011234567890"
MSISDN = "48601234567"


def stamp(number: int, local: str, code: int | None = 1, offset: str | None = None) -> bytes:
    """A timestamp: local time with the code of its offset, or with the offset itself."""
    parts = [element(16, local)]
    parts += [] if code is None or offset else [element(232, code)]
    parts += [element(231, offset)] if offset else []
    return element(number, parts)


def charge_information(
    *details: tuple[str, int], rate: int | None = 1, tax: int | None = None
) -> bytes:
    """Charge details (type, units) under one exchange rate code, with a tax value."""
    parts = [element(66, "D")]
    parts += [] if rate is None else [element(105, rate)]
    parts.append(element(64, [element(63, [element(71, t), element(62, u)]) for t, u in details]))
    parts += [] if tax is None else [element(214, [element(213, [element(397, tax)])])]
    return element(69, parts)


def subscriber(imsi: str = IMSI, msisdn: str | None = MSISDN) -> bytes:
    parts = [element(129, packed(imsi))]
    parts += [] if msisdn is None else [element(152, packed(msisdn))]
    return element(427, [element(199, parts)])


def originated(
    local: str = "20261005120000",
    seconds: int = 61,
    called: str = "49301234567",
    charge: int = 2300,
    code: int = 1,
    service: str = "11",
    msisdn: str | None = MSISDN,
    rate: int | None = 1,
    tax: int | None = None,
    more: tuple[tuple[str, int], ...] = (),
) -> bytes:
    """A call or message that the subscriber began."""
    basic = [
        subscriber(msisdn=msisdn),
        element(89, [element(407, packed(called))]),
        stamp(44, local, code),
        element(223, seconds),
    ]
    used = [
        element(36, [element(426, [element(218, service)])]),
        element(70, [charge_information(("00", charge), *more, rate=rate, tax=tax)]),
    ]
    return element(9, [element(147, basic), element(38, [element(39, used)])])


def terminated(
    local: str = "20261005130000",
    seconds: int = 30,
    msisdn: str | None = None,
    service: str | None = None,
) -> bytes:
    """A call or message that the subscriber took, free of charge."""
    basic = [
        subscriber(msisdn=msisdn),
        element(41, [element(405, packed("48225556677"))]),
        stamp(44, local),
        element(223, seconds),
    ]
    if service is None:
        return element(10, [element(153, basic)])
    used = element(39, [element(36, [element(426, [element(218, service)])])])
    return element(10, [element(153, basic), element(38, [used])])


def session(
    local: str = "20261005140000",
    volumes: tuple[int, int] = (1_000_000, 250_000),
    charge: int = 1500,
    part: str | None = None,
) -> bytes:
    """A data session."""
    basic = [
        element(115, [subscriber()]),
        element(116, [element(261, "internet.example")]),
        stamp(44, local),
        element(223, 600),
        element(72, 77),
    ]
    basic += [] if part is None else [element(166, part)]
    used = [
        element(250, volumes[0]),
        element(251, volumes[1]),
        element(70, [charge_information(("00", charge))]),
    ]
    return element(14, [element(114, basic), element(121, used)])


def supplementary(local: str = "20261005150000", charge: int = 400) -> bytes:
    """The use of a supplementary service."""
    used = [
        element(209, "2B"),
        element(208, 0),
        stamp(74, local),
        charge_information(("00", charge)),
    ]
    return element(11, [subscriber(), element(206, used)])


def audit(
    charge: int,
    count: int,
    tax: int = 0,
    earliest: str = "20261005120000",
    latest: str = "20261005150000",
) -> bytes:
    """The audit part; the offset of its times is +0200."""
    return element(
        15,
        [
            stamp(101, earliest, offset="+0200"),
            stamp(133, latest, offset="+0200"),
            element(415, charge),
            element(226, tax),
            element(225, 0),
            element(43, count),
        ],
    )


def bought(
    *services: tuple[int, int, int],
    local: str = "20261005120000",
    charged: tuple[str, ...] = (IMSI,),
) -> bytes:
    """A content transaction; each service is its code, whether it refunds, and its units."""
    parties = [element(309, [element(305, 1), element(287, each)]) for each in charged]
    used = []
    for code, refund, units in services:
        charged_for = element(70, [charge_information(("00", units))])
        named = [element(336, code), element(341, "order-7"), element(344, refund)]
        used.append(element(352, [*named, charged_for]))
    return element(
        17,
        [
            element(304, [stamp(300, local), element(416, 90), element(303, 1)]),
            element(324, [element(310, parties)]),
            element(335, [element(334, "Films")]),
            element(285, used),
        ],
    )


def message(
    called: str | None = "49301234567",
    charge: int = 100,
    service: int = 2,
    local: str = "20261005123000",
) -> bytes:
    """A messaging event, of 12:30:00 where nothing else is said."""
    return element(
        433,
        [
            element(439, service),
            element(436, [element(129, packed(IMSI)), element(152, packed(MSISDN))]),
            element(435, "ref-1"),
            stamp(447, local),
            *([] if called is None else [element(443, [element(444, packed(called))])]),
            element(105, 1),
            element(62, charge),
        ],
    )


def mobile_session(
    other: bytes | None = None, charged: list[bytes] | None = None, charge: int = 900
) -> bytes:
    """A call of 75 seconds over an IMS, of 12:30:00."""
    whom = [element(129, packed(IMSI)), element(152, packed(MSISDN))]
    cost = element(64, [element(63, [element(71, "00"), element(62, charge)])])
    return element(
        434,
        [
            element(440, 7),
            element(436, whom if charged is None else charged),
            element(435, "ref-2"),
            stamp(447, "20261005123000"),
            element(223, 75),
            other or element(443, [element(444, packed("49301234567"))]),
            element(448, [element(449, [element(66, "D"), element(105, 1), cost])]),
        ],
    )


def service_centre(charge: int = 150) -> bytes:
    """A message left at the service centre, of 12:30:00."""
    whom = element(430, [element(286, [element(129, packed(IMSI))])])
    return element(
        12,
        [
            element(191, [whom, element(402, "49301234567")]),
            charge_information(("00", charge)),
            element(192, [element(141, 3)]),
            element(193, [stamp(88, "20261005123000")]),
        ],
    )


def location(charge: int = 200) -> bytes:
    """Where somebody was, asked by another one, at 12:30:00."""
    tracking = element(362, [element(363, 1), element(364, MSISDN)])
    tracked = element(372, [element(363, 1), element(364, "48609999999")])
    return element(
        297,
        [
            element(45, b"\x0b"),
            element(298, [element(299, [tracking])]),
            element(367, [element(370, [tracked])]),
            element(382, [
                element(383, [stamp(384, "20261005123000")]),
                element(70, [charge_information(("00", charge))]),
            ]),
        ],
    )  # fmt: skip


EVENTS = (originated(), terminated(), session(), supplementary())
AUDIT = audit(2300 + 1500 + 400, 4)


def batch(
    *events: bytes,
    audited: bytes = AUDIT,
    release: int = 12,
    is_test: bool = False,
    accounting: bytes | None = None,
    is_open: bool = False,
    number: int = 42,
    sender: str = "DEUT1",
) -> bytes:
    """A transfer batch: TAP currency SDR at 3 places, 1 SDR = 1.25 EUR (code 1), +0200 (code 1)."""
    control = [
        element(196, sender),
        element(182, "POLKM"),
        element(109, f"{number:05}"),
        element(201, 3),
        element(189, release),
    ]
    control += [element(110, "T")] if is_test else []
    rate = element(106, [element(105, 1), element(159, 2), element(104, 125)])
    usual = element(5, [element(135, "EUR"), element(80, [rate]), element(244, 3)])
    offsets = element(234, [element(233, [element(232, 1), element(231, "+0200")])])
    parts = [
        element(4, control),
        usual if accounting is None else accounting,
        element(6, [offsets]),
        element(3, list(events or EVENTS), is_open),
        audited,
    ]
    return element(1, parts, is_open)
