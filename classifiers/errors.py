"""What can go wrong in this package; each text is the one sentence that the user reads."""

from __future__ import annotations


class ClassifierError(Exception):
    """The classifier can't be had: no corpus, no room for the model, or no model."""


class CorpusError(ClassifierError):
    """A corpus file breaks the format; the text names file and line, never a message's words."""


class ModelRefused(ClassifierError):
    """A model file is missing, truncated, foreign or older than the program; it was not run."""
