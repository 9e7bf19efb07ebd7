"""Writing records: one layout for their files, and fixes put into them."""
