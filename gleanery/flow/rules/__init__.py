"""Rules that a curator writes: conditions over what is known of an item, and what becomes of it where they hold.

fields.py    what a condition may ask, and how
writing.py   a rule as it is written, checked
patterns.py  text made comparable, and regular expressions that cannot run for ever
cases.py     what is known of an item, as the fields give it
holding.py   whether the conditions of a rule hold, and which of them
ruling.py    the rules that hold now, and their finding on an item
judging.py   where screening asks them
keeping.py   their versions, on and off, order, undo
showing.py   what lists and pages show of them
what_if.py   what a rule would have done to the last items
"""
