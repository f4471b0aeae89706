"""Text in, findings out: hostility, scope pressure and payment issues in what a client newly wrote."""
