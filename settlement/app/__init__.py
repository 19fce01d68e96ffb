"""Plugs everything in: one list each of blueprints, jobs and commands."""

import os

from tenants import freed_memory

# Before anything imports Polars; whoever runs Saldo may say otherwise.
for _name, _value in freed_memory.ENVIRONMENT.items():
    os.environ.setdefault(_name, _value)
