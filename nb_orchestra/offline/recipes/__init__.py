"""The recipes: small pure functions, frame first, plain JSON data by keyword; pandas, numpy, scipy and matplotlib only.

They raise `Refusal` (a ValueError with a hint) where the data do not allow what was asked, and know nothing of the rest of
the package: `ejecting` prints their source as plain code for a notebook. So top-level names are unique over all files here.
"""
