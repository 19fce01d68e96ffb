"""The log: one line of JSON for each event, on standard error, without anybody's secrets.

A trace names places in the code and never shows the values there: those may be a password, a key
or a customer's number.
"""

import sys

import structlog


def configure_log() -> None:
    """Write the log of this process in its one form."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        # Asked for each time, so that a process that moves its standard error is followed.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
