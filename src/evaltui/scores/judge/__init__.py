"""The judge: a model that is asked about a sample by a rubric, and what its answers are worth."""
