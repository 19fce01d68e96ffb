"""Commissions of agents, worked out of what is charged under the contracts that they sold."""
