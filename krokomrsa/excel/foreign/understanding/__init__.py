"""Say what a sender's columns are; ``mapping.guess`` is the way in."""
