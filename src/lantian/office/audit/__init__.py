"""The record: events chained by hash, stored files, actions as the only writers."""
