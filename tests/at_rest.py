"""What a process that is forked begins with: the application imported, its tables mapped.

Nothing of that is garbage, so that a fork neither looks at it again nor copies its pages to do so.
"""

import gc

from sqlalchemy import orm

import settlement.app.console
import settlement.app.web
from tenants.people import credentials
from tests.world import QUICK_HASHER

assert settlement.app.console and settlement.app.web
credentials.hasher = QUICK_HASHER
orm.configure_mappers()
gc.collect()
gc.freeze()
