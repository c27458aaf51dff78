"""What the bureau publishes of itself: notices of enforcement by four eyes, bulletins."""
