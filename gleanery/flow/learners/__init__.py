"""Learners: who an LMS sent here, what they open and complete, and what goes back to the LMS."""
