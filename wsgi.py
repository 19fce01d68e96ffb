"""The application for a WSGI server, for example `waitress-serve wsgi:app`."""

from settlement.app.web import create_app

app = create_app()
