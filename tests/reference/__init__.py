"""What the product computes, once more: slow, obvious, and with none of its code."""
