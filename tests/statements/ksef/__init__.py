"""Tests of invoices for KSeF."""
