"""What is raised for a text that cannot be read."""


class TextError(ValueError):
    """A typed value that could not be understood; its text, already translated, tells the person how to write it."""
