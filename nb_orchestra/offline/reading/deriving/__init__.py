"""New columns that a goal makes where it speaks of them: formulas, ratios, differences, totals, durations."""
