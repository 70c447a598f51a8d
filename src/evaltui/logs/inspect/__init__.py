"""Owns logs of Inspect: `.eval` archives and `.json` documents, whose samples become items."""
