"""Keep memory that was freed for some seconds, since columns of the next step ask for as much.

Polars gives memory back to the machine half a second after it was freed, and is handed it again
page by page, empty: a fifth of the processor time of taking usage in. What lies idle for longer is
given back all the same, by a thread of the allocator, also where a process does nothing any more.

What one thread freed another may have: there is one arena for a core, where jemalloc would make
four, each with idle memory of its own. And large columns are kept like small ones: jemalloc has an
arena apart for what is larger than 8 MiB, which keeps nothing, whatever is said of the others.

Arrow, left alone, takes an allocator of its own that gives memory back at once; jemalloc, which it
has too, keeps it for a second.
"""

import os
from typing import Final

# Read by jemalloc, which Polars brings with it, when Polars is imported, and by Arrow when it is.
ENVIRONMENT: Final = {
    "_RJEM_MALLOC_CONF": (
        "dirty_decay_ms:15000,muzzy_decay_ms:0,background_thread:true,"
        f"narenas:{os.cpu_count() or 1},oversize_threshold:0"
    ),
    "ARROW_DEFAULT_MEMORY_POOL": "jemalloc",
}
