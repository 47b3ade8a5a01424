"""What several steps need to know about text: folding with offsets, word boundaries, counting, phrases."""
