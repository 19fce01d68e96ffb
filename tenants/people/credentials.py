"""Passwords, sign-in tokens and API keys: how they are written, hashed and compared.

A password is hashed with Argon2id at the costs of RFC 9106 section 4 (second recommended option),
because people choose it. A token and the secret of a key have 256 random bits, so a plain SHA-256
is enough and costs nothing on every request.
"""

import hmac
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tenants.digest import sha256_hex

hasher = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)
_KEY_MARK = "sk"


@dataclass(frozen=True, slots=True)
class KeyText:
    """The parts of an API key as it is shown once: `sk_<tenant code>_<prefix>_<secret>`."""

    tenant_code: str
    prefix: str
    secret: str

    def __str__(self) -> str:
        return "_".join((_KEY_MARK, self.tenant_code, self.prefix, self.secret))


def key_text(text: str) -> KeyText | None:
    """The parts of a key, or None when the text is no key."""
    parts = text.split("_", 3)
    if len(parts) != 4 or parts[0] != _KEY_MARK or not all(parts):
        return None
    return KeyText(*parts[1:])


def cookie_parts(cookie: str) -> tuple[str, str] | None:
    """Tenant code and token of a cookie `<tenant code>.<token>`, or None."""
    code, dot, token = cookie.partition(".")
    return (code, token) if code and dot and token else None


def hash_password(password: str, salt: bytes) -> str:
    """The Argon2id hash of a password, with its costs and salt, in its standard text."""
    return hasher.hash(password, salt=salt)


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether the password has this hash; without a hash the work is the same and the answer no."""
    try:
        return hasher.verify(password_hash or _nobodys_hash(), password) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


def is_secret(secret: str, secret_hash: str) -> bool:
    """Whether a token or the secret of a key has this SHA-256, in time that tells nothing."""
    return hmac.compare_digest(sha256_hex(secret.encode()), secret_hash)


@cache
def _nobodys_hash() -> str:
    return hash_password("the password of nobody", bytes(16))
