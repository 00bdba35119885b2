"""Which column, which value a goal's words mean: by name, part, synonym, unit, slip and content."""
