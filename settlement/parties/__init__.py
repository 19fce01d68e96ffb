"""Customers, partners and carriers: who Saldo's operator deals with, and where they bank."""
