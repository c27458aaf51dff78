"""Alerts and orders in the office: proposal, signature, plan, orders, receipts."""
