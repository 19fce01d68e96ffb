"""How much a carrier may owe: who is told when, and which trunks the network is to block."""
