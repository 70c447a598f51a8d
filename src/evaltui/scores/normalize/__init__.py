"""Normalisers: what makes two writings of one value equal."""
