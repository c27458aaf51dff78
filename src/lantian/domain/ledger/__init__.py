"""The ledger: events in canonical form, chained by hash, with daily roots and inclusion proofs."""
