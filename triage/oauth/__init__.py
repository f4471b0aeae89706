"""Signing in by OAuth 2.0: what a provider grants is kept in the keyring and renewed before it ends."""
