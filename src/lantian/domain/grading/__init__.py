"""Performance grades of firms and what follows from them."""
