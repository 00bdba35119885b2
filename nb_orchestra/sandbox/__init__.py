"""A separate process that runs code a model wrote. (Under construction: the door comes with the warm process.)"""
