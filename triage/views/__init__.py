"""What a person looks at, pure, from the ledger's rows: a period in figures, its chart, a sample to label."""
