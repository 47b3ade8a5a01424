"""Erasure of a person by role: what is theirs goes, what is somebody else's stays without the mention.

subject.py        whom it is about: ids, accounts, identities in statements, names in texts
traces.py         how they are recognised, in clear or by keyed marks
mentions.py       where a statement names them, in which role, and the same statement without
finding.py        the statements and documents that name them, in every store
planning.py       what would go, counted by role and place: the dry run
cases.py          asked, approved by another account where two must agree, carried out, done
carrying_out.py   the parts in their order, in small transactions; can be gone on with after a kill
work.py           one erasure under way: its transactions, its counts, what it leaves
statements.py     statements erased and redacted
places.py         posts and rows of the house
quoting.py        names in others' words, in messages and reasons
files.py          copies in the data folder
receipts.py       the signed receipt, without a name
again.py          the same once more in a restored backup, by the list of erasures
"""
