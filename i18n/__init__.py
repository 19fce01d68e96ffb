"""How Saldo reads: locales, messages, amounts in words, and the errors people see."""
