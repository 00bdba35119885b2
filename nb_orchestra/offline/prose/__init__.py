"""Results put into sentences, one function per recipe: said from the result's values alone, so that every number can be checked.

wording (numbers, units, names for people) · the rest: one file per family of recipes.
"""
