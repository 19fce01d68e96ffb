"""What is sold: products, and bundles of them."""
