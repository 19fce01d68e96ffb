"""Usage of one month for one operator, made from a seed: the same bytes for the same seed.

The files have the formats that the sources really send. Times are local wall clock, as switches
write them; the month has the night on which the clocks go back.
"""

import datetime as dt
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from phonenumbers import PhoneNumberType, country_code_for_region, example_number_for_type

from tenants.randomness import Randomness

Choice = TypeVar("Choice")

MONTH = (dt.date(2026, 10, 1), dt.date(2026, 11, 1))
WEEKS = (1, 8, 15, 22, 29)
# How likely a call begins in each hour of the day, of 1000.
HOURS = (6, 4, 3, 3, 4, 8, 18, 36, 56, 66, 68, 66, 62, 60, 60, 62, 66, 70, 70, 66, 56, 42, 30, 18)
ACCESS = "PJSIP/access"
ABROAD = ("DE", "GB", "UA", "FR", "US", "CZ", "NO", "IE", "NL", "IT", "SE", "LT", "ES", "TR")


class UsageFile(NamedTuple):
    """One file as a source delivers it."""

    source: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Volumes:
    """How many records of each kind a month has."""

    calls: int
    messages: int
    purchases: int


@dataclass(frozen=True, slots=True)
class Network:
    """What the generator must know of an operator."""

    code: str
    time_zone: str
    country_code: str
    national_prefixes: tuple[str, ...]
    national_digits: int
    numbers: Sequence[str]
    carrier_abroad: str
    carrier_at_home: str
    products: tuple[tuple[str, str], ...]
    currency: str
    volumes: Volumes
    voice_format: str


class Moment(NamedTuple):
    """An instant in seconds since 1970 and how the wall clock showed it."""

    epoch: int
    local: dt.datetime


class Month:
    """The seconds of the demonstrated month in one zone, drawn as people use telephones."""

    def __init__(self, time_zone: str, chance: Randomness) -> None:
        self._zone = ZoneInfo(time_zone)
        self._chance = chance
        self._hours = [hour for hour, weight in enumerate(HOURS) for _ in range(weight)]
        self._midnights = [
            int(dt.datetime.combine(day, dt.time(), self._zone).timestamp())
            for day in (MONTH[0] + dt.timedelta(days=n) for n in range(31))
        ]

    def draw(self) -> Moment:
        """One moment; elapsed hours after midnight, so it exists on every day of the year."""
        bits = self._chance.bits(40)
        midnight = self._midnights[bits % 31]
        hour = self._hours[(bits >> 5) % len(self._hours)]
        return self.at(midnight + hour * 3600 + (bits >> 16) % 3600)

    def at(self, epoch: int) -> Moment:
        """How the wall clock shows an instant."""
        return Moment(epoch, dt.datetime.fromtimestamp(epoch, self._zone))


def usage_files(network: Network, chance: Randomness) -> Iterator[UsageFile]:
    """The month's files in the order of their names: voice, messages, purchases, by week."""
    month = Month(network.time_zone, chance)
    calls = sorted(_call(network, month, chance) for _ in range(network.volumes.calls))
    messages = sorted(_message(network, month, chance) for _ in range(network.volumes.messages))
    purchases = sorted(_purchase(network, month, chance) for _ in range(network.volumes.purchases))
    for week in range(len(WEEKS)):
        number = f"{week + 1:04}"
        of_week = [(n, call) for n, call in enumerate(calls) if _week(call.moment) == week]
        yield from _voice_files(network, of_week, number)
        lines = [_message_line(each) for each in messages if _week(each.moment) == week]
        yield UsageFile("smsc", f"smsc-{number}.csv", (MESSAGE_HEADER + "".join(lines)).encode())
        bought = [each for each in purchases if _week(each.moment) == week]
        # The last days' purchases are posted as events, not sent as a file.
        if week < len(WEEKS) - 1:
            lines = [_purchase_line(each) for each in bought]
            content = (PURCHASE_HEADER + "".join(lines)).encode()
            yield UsageFile("shop", f"shop-{number}.csv", content)
        else:
            yield UsageFile("portal", "events.json", _events(network, bought))


class Call(NamedTuple):
    """One call before it is written in a switch's format; sorted by its moment."""

    moment: Moment
    caller: str
    called: str
    seconds: int
    ring: int
    trunk_in: str
    trunk_out: str


class Message(NamedTuple):
    """One text message."""

    moment: Moment
    sender: str
    recipient: str
    number: int


class Purchase(NamedTuple):
    """One piece of content bought."""

    moment: Moment
    buyer: str
    product: str
    price: str
    currency: str
    number: int


def _call(network: Network, month: Month, chance: Randomness) -> Call:
    moment, own = month.draw(), _one(network.numbers, chance)
    kind = chance.bits(16) % 100
    trunk_in = trunk_out = ACCESS
    if kind < 22:
        caller, called = _abroad(chance), own
        trunk_in = network.carrier_abroad if kind < 14 else network.carrier_at_home
    elif kind < 46:
        caller, called, trunk_out = own, _abroad(chance), network.carrier_abroad
    elif kind < 74:
        caller, called, trunk_out = own, _at_home(network, chance), network.carrier_at_home
    else:
        caller, called = own, _one(network.numbers, chance)
    return Call(moment, caller, called, _seconds(chance), chance.bits(8) % 25, trunk_in, trunk_out)


def _message(network: Network, month: Month, chance: Randomness) -> Message:
    abroad = chance.bits(8) < 40
    recipient = _abroad(chance) if abroad else _at_home(network, chance)
    return Message(month.draw(), _one(network.numbers, chance), recipient, chance.bits(48))


def _purchase(network: Network, month: Month, chance: Randomness) -> Purchase:
    product, price = _one(network.products, chance)
    buyer = _one(network.numbers, chance)
    return Purchase(month.draw(), buyer, product, price, network.currency, chance.bits(48))


def _seconds(chance: Randomness) -> int:
    """Connected seconds: about one call in eight is not taken, the rest thin out exponentially."""
    if chance.bits(3) == 0:
        return 0
    drawn = (chance.bits(30) + 1) / (1 << 30)
    return min(7200, 1 + int(-math.log(drawn) * 130))


def _one(choices: Sequence[Choice], chance: Randomness) -> Choice:
    return choices[chance.bits(32) % len(choices)]


def _at_home(network: Network, chance: Randomness) -> str:
    prefix = _one(network.national_prefixes, chance)
    missing = network.national_digits - len(prefix)
    return f"{network.country_code}{prefix}{chance.bits(40) % 10**missing:0{missing}}"


def _abroad(chance: Randomness) -> str:
    region = _one(ABROAD, chance)
    kind = PhoneNumberType.MOBILE if chance.bits(1) else PhoneNumberType.FIXED_LINE
    example = example_number_for_type(region, kind)
    assert example is not None, region
    national = str(example.national_number)
    return f"{country_code_for_region(region)}{national[:-4]}{chance.bits(32) % 10000:04}"


def _week(moment: Moment) -> int:
    return max(week for week, first in enumerate(WEEKS) if moment.local.day >= first)


def _voice_files(
    network: Network, calls: Sequence[tuple[int, Call]], number: str
) -> Iterator[UsageFile]:
    """Asterisk names trunks in its channels; beside FreeSWITCH a gateway logs carriers."""
    if network.voice_format == "asterisk":
        lines = [_asterisk_line(call, n) for n, call in calls]
        yield UsageFile("switch", f"switch-{number}.csv", "".join(lines).encode())
        return
    lines = [_freeswitch_line(call, n) for n, call in calls if not _by_carrier(call)]
    yield UsageFile("switch", f"switch-{number}.csv", "".join(lines).encode())
    lines = [_gateway_line(call, n) for n, call in calls if _by_carrier(call)]
    yield UsageFile("gateway", f"gateway-{number}.csv", (GATEWAY_HEADER + "".join(lines)).encode())


def _by_carrier(call: Call) -> bool:
    return (call.trunk_in, call.trunk_out) != (ACCESS, ACCESS)


GATEWAY_HEADER = "call;from;to;in;out;answered;seconds\n"


def _gateway_line(call: Call, number: int) -> str:
    answered = dt.datetime.fromtimestamp(call.moment.epoch, dt.UTC)
    return (
        f"g{number:08};+{call.caller};+{call.called};{call.trunk_in};{call.trunk_out};"
        f"{answered:%Y-%m-%dT%H:%M:%SZ};{call.seconds}\n"
    )


def _asterisk_line(call: Call, number: int) -> str:
    start = call.moment
    zone = start.local.tzinfo
    answer = dt.datetime.fromtimestamp(start.epoch + call.ring, zone)
    end = dt.datetime.fromtimestamp(start.epoch + call.ring + call.seconds, zone)
    answered = f"{answer:%Y-%m-%d %H:%M:%S}" if call.seconds else ""
    disposition = "ANSWERED" if call.seconds else "NO ANSWER"
    channel = f"{call.trunk_in}-{number:08x}"
    towards = f"{call.trunk_out}-{number + 1:08x}"
    return (
        f'"","{call.caller}","{call.called}","outside","""{call.caller}""","{channel}",'
        f'"{towards}","Dial","{call.trunk_out}","{start.local:%Y-%m-%d %H:%M:%S}","{answered}",'
        f'"{end:%Y-%m-%d %H:%M:%S}",{call.ring + call.seconds},{call.seconds},"{disposition}",'
        f'"DOCUMENTATION","{start.epoch}.{number}",""\n'
    )


def _freeswitch_line(call: Call, number: int) -> str:
    start = call.moment
    zone = start.local.tzinfo
    answer = dt.datetime.fromtimestamp(start.epoch + call.ring, zone)
    end = dt.datetime.fromtimestamp(start.epoch + call.ring + call.seconds, zone)
    answered = f"{answer:%Y-%m-%d %H:%M:%S}" if call.seconds else ""
    cause = "NORMAL_CLEARING" if call.seconds else "NO_ANSWER"
    leg = f"{start.epoch:08x}-{number >> 16:04x}-4{number >> 12 & 0xFFF:03x}-8000-{number:012x}"
    return (
        f"{call.caller},+{call.caller},+{call.called},default,{start.local:%Y-%m-%d %H:%M:%S},"
        f"{answered},{end:%Y-%m-%d %H:%M:%S},{call.ring + call.seconds},{call.seconds},{cause},"
        f"{leg},,,PCMA,PCMA\n"
    )


MESSAGE_HEADER = "id;sender;recipient;sent\n"


def _message_line(message: Message) -> str:
    sent = f"{message.moment.local:%d.%m.%Y %H:%M:%S}"
    return f"{message.number:012x};+{message.sender};+{message.recipient};{sent}\n"


PURCHASE_HEADER = "order;number;service;bought;price;currency\n"


def _purchase_line(bought: Purchase) -> str:
    price = bought.price.replace(".", ",")
    when = f"{bought.moment.local:%Y-%m-%d %H:%M:%S}"
    order = f"{bought.number:012x}"
    return f"{order};{bought.buyer};{bought.product};{when};{price};{bought.currency}\n"


def _events(network: Network, bought: Sequence[Purchase]) -> bytes:
    """A batch of CloudEvents, as the content portal posts them."""
    return json.dumps(
        [
            {
                "specversion": "1.0",
                "id": f"{each.number:012x}",
                "source": f"https://portal.{network.code}.example",
                "type": "saldo.usage.content",
                "time": dt.datetime.fromtimestamp(each.moment.epoch, dt.UTC).isoformat(),
                "data": {
                    "kind": "content",
                    "account": each.buyer,
                    "product": each.product,
                    "amount": each.price,
                    "currency": each.currency,
                },
            }
            for each in bought
        ],
        indent=None,
        separators=(",", ":"),
    ).encode()
