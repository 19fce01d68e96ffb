"""What parties may set off: their balances in the book without what is disputed."""
