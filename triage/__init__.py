"""Inbox Triage: reads client mail over IMAP, flags trouble, leaves a calm reply in Drafts. It never sends."""
