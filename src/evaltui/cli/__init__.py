"""Commands: parse, call the loop, print. Importing this package imports nothing heavy."""
