"""How fast Saldo is on this machine: a month of a switch, from its files to postings."""
