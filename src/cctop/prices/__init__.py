"""List prices: what a response would have cost at the vendor's published rates."""
