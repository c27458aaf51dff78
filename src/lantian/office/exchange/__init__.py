"""What goes out to other systems: subscriptions, deliveries with their proof."""
