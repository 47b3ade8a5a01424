"""The parts of the canonical form of web addresses: reading, tables of tracking, rules of well-known sites."""
