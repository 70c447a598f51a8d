"""The verbs of evaltui, in order: load, plan, submit, collect, score, decide."""
