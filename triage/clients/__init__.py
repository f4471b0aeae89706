"""Pure: what is known of a client."""
