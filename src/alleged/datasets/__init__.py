"""Reading releases back: which release is meant is never guessed, and every file is verified before it is read."""
