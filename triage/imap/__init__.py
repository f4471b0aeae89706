"""The mailbox edge: session, folders, inbox, drafts box, sent, watch."""
