"""What the API refuses in the `params` of a Messages request, and in which words."""
