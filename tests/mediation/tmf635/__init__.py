"""Usage in the words of TM Forum."""
