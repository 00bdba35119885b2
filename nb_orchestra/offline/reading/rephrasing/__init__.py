"""Text in, text out: a goal as people type it, in the forms that the grammar reads."""
