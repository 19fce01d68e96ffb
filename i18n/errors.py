"""What can go wrong, as classes: the class is the code, the docstring the message.

    DomainError
    ├── Invalid     422   the caller said something that cannot be true
    ├── Forbidden   403   the caller may not do this
    ├── NotFound    404   there is no such thing here (or it is somebody else's)
    └── Conflict    409   true and allowed, but not now

A subclass is named after what happened, without a suffix, and its docstring says
what, which and what next. Field names in braces are filled from the keyword arguments, and the
same line is the message id under which a translation is looked up.
"""

import re
from collections.abc import Iterable
from typing import Final

NAMED_IN_ERRORS: Final = 5


def few(names: Iterable[str]) -> str:
    """The first of these names, in their order, for a message that must stay short."""
    return ", ".join(sorted(names)[:NAMED_IN_ERRORS])


class DomainError(Exception):
    """Something went wrong."""

    status = 500

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(self.template.format(**details))

    @property
    def template(self) -> str:
        """The message before its fields are filled; also its translation key."""
        return " ".join((type(self).__doc__ or "").split())

    @property
    def code(self) -> str:
        """The stable name a program matches on, for example `period-still-open`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()


class Invalid(DomainError):
    """The request cannot be true as it stands."""

    status = 422


class Forbidden(DomainError):
    """You may not do this. Ask an administrator of your tenant for the right."""

    status = 403


class NotFound(DomainError):
    """There is no such {what}. Check the identifier."""

    status = 404


class Conflict(DomainError):
    """This cannot be done now."""

    status = 409
