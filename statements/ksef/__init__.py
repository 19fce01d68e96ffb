"""Invoices for KSeF, the Polish system of structured invoices."""
