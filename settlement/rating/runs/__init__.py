"""What ratings of a period left: runs, charge lines, and the charges behind them."""
