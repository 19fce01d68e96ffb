"""What is known of a closed period before a correction of it, and with it."""

from typing import Generic, NamedTuple, TypeVar

Kind_co = TypeVar("Kind_co", covariant=True)


class Corrected(NamedTuple, Generic[Kind_co]):
    """What was of a closed period before it was corrected, and what is with the correction."""

    before: Kind_co
    anew: Kind_co
