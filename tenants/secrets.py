"""Secrets of a tenant, by reference: never kept in the database, never shown.

    env:NAME    of tenant alpha: the environment variable SALDO_SECRET_ALPHA_NAME
    file:NAME   the file NAME in the tenant's own folder of secrets

A reference is read in the tenant's own name, so no tenant can name the secret of another, or of
the installation.
"""

import os
import re
from typing import Final

from i18n.errors import Conflict
from tenants.settings import Settings

REFERENCE: Final = re.compile(r"(env|file):[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class SecretMissing(Conflict):
    """The secret {reference} is not there. Set {place} and try again."""


def secret(tenant: str, reference: str, settings: Settings) -> str:
    """The secret that a tenant's reference names. Raises SecretMissing."""
    kind, _, name = reference.partition(":")
    if kind == "env":
        variable = f"SALDO_SECRET_{tenant}_{name}".upper().replace("-", "_")
        value = os.environ.get(variable)
        if value is None:
            raise SecretMissing(reference=reference, place=variable)
        return value
    file = settings.secrets_folder / tenant / name
    if not file.is_file():
        raise SecretMissing(reference=reference, place=f"secrets/{tenant}/{name}")
    return file.read_text(encoding="utf-8").strip()
