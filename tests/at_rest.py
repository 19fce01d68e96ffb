"""What a process that is forked begins with: the application imported, its tables mapped.

Nothing of that is garbage, so that a fork neither looks at it again nor copies its pages to do so.
"""

import gc

from sqlalchemy import orm

import settlement.app.console
import settlement.app.web
import tests.conftest
from tenants.people import credentials
from tests.world import QUICK_HASHER

# What is called in a fork begins at the noon of the tests.
assert settlement.app.console and settlement.app.web and tests.conftest
credentials.hasher = QUICK_HASHER
orm.configure_mappers()
gc.collect()
gc.freeze()
