"""Use cases of the ledger: an exported file verified without the site."""
