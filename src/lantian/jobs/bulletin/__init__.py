"""Bulletins 公报、通报: sentences, tables and charts made of figures, each with its computation."""
