"""What everybody may see, without signing in: the same figures, fewer details."""
