"""Folders of YAML and JSONL to cases."""
