"""Stories of the trade, each a folder that a settlement analyst can read and correct."""
