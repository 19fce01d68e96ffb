"""The demonstration: two operators and their October 2026, from raw usage to bank files."""
