"""Why a whole file was not loaded reads as words in every language."""

import re

import pytest

from mediation.refusals import REFUSALS, refusal_text
from tests.i18n.messages import ROOT

# `refused("CODE...` of the decoders, and what else may stand as the reason of a batch.
CODE = re.compile(r"""(?:refused\(|return )f?"([A-Z]+(?:_[A-Z]+)+)[:"]""")
PLACES = ("mediation/formats/*.py", "mediation/service.py", "mediation/collecting/place.py")


def test_every_reason_to_refuse_a_file_has_words():
    used = {
        code
        for place in PLACES
        for path in ROOT.glob(place)
        for code in CODE.findall(path.read_text("utf-8"))
    }

    assert len(used) > 20
    assert used <= set(REFUSALS)


@pytest.mark.parametrize(
    ("reason", "locale", "said"),
    [
        ("SAME_CONTENT as Master.csv", "en", "The same content came before: Master.csv"),
        ("SAME_CONTENT as Master.csv", "pl", "Ta sama treść przyszła już wcześniej: Master.csv"),
        ("NOT_JSON: Expecting value at line 1", "ru", "Файл не в формате JSON: Expecting value at"
         " line 1"),
        ("SEQUENCE_TAKEN: file 7 was loaded before", "en", "A file of this number was loaded"
         " before"),
        ("MISSING_HEADER", "en", "The first line does not name the columns"),
        ("UNHEARD_OF: 7", "pl", "UNHEARD_OF: 7"),
    ],
)  # fmt: skip
def test_a_reason_is_said_with_what_was_found(reason, locale, said):
    assert refusal_text(reason, locale) == said
