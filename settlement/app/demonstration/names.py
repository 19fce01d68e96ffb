"""What an operator calls its products, price lists, sources and schedules: in its own language."""

from typing import Final

from settlement.app.demonstration.cast import Operator

POLISH: Final = {
    "Mobile": "Telefon komórkowy",
    "Melody of the day": "Melodia dnia",
    "Horoscope": "Horoskop",
    "Video clip": "Klip wideo",
    "Monthly fee": "Abonament miesięczny",
    "Activation": "Aktywacja",
    "International calls": "Połączenia międzynarodowe",
    "Termination abroad": "Zakańczanie połączeń za granicą",
    "Voice switch": "Centrala głosowa",
    "Carrier gateway": "Brama międzyoperatorska",
    "Message centre": "Centrum wiadomości",
    "Content shop": "Sklep z treściami",
    "Content portal": "Portal z treściami",
    "Laboratory asterisk": "Laboratorium asterisk",
    "Laboratory freeswitch": "Laboratorium freeswitch",
    "payouts to partners": "wypłaty dla partnerów",
}


def name_for(operator: Operator, name: str) -> str:
    """The name as this operator gives it; English where it gives none of its own."""
    return POLISH.get(name, name) if operator.tenant.languages[0] == "pl" else name
