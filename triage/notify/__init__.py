"""The edge to the desktop and to push services, in a process of its own that can be ended."""
