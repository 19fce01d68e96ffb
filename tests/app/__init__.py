"""Tests of the application: commands, the demonstration, what it leaves behind."""
