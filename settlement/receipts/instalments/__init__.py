"""Instalments: an invoice that is paid in parts, each due on a day of its own."""
