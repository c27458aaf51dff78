"""Heavy-pollution response: alert, plan, orders and their proof."""
