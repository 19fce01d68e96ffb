"""Tests of schedules, runs and workers."""
