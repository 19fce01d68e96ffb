"""Advices of payment: what each payee of a batch is told it was paid for."""
