"""Having the program run by itself, by the system's own means: see ``ways``."""
