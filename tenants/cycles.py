"""How often this process looks for cycles of objects that nothing but themselves hold.

A run makes objects by the million and hardly a cycle. To look for cycles after every 700 objects,
as Python does, takes a fifth of the processor time of a bill run; what a cycle holds is given back
a little later instead.
"""

import gc
from typing import Final

SELDOM: Final = (100_000, 20, 50)


def seldom_look_for_cycles() -> None:
    """Have this process look for cycles less often, for as long as it lives."""
    gc.set_threshold(*SELDOM)
