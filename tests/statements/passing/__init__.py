"""Tests of numbering and checking drafts on their way out."""
