"""What to tell the freelancer and when: pure rules over obligations, drafts, trouble and the clock."""
