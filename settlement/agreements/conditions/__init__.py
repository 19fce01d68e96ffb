"""What one subscription has of its own: charges, granted promotions, further terms."""
