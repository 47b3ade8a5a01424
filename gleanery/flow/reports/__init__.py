"""What the house adds up to: counts by day, kept up to date, and the reports made of them.

Things are counted, never persons: who decided or who learned is in no table here, and of learners only how many they
were is told, from five on.
"""
