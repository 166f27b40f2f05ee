"""The command `front-desk`: what an operator does on the machine itself, with the settings file read."""
