"""Pure: obligations and deadlines."""
