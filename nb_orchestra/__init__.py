"""Give a notebook cell a goal; get back variables."""

__version__ = "0.1.0"
