"""Publicity of enforcement: what is masked, and by when a decision is public."""
