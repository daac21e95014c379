"""The process: the command line, the settings, and the wiring of every part."""
