"""Which competencies a text is about, by the words it shares with their labels and descriptions."""
