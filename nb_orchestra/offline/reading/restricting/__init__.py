"""Tags in, conditions out: which rows a clause is about."""
