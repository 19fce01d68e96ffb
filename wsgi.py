"""The application for a WSGI server, for example `waitress-serve wsgi:app`."""

from settlement.app.web import create_app
from tenants.cycles import seldom_look_for_cycles

seldom_look_for_cycles()
app = create_app()
