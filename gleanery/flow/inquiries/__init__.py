"""What an officer of privacy looks up: who somebody is, what is held, what an erasure or a list would do.

kept.py       the question and what was found, sealed, for some hours
meaning.py    whom typed words mean
held.py       what is held about somebody, by use and place
lists.py      an HR list: looked at first, then brought in
work.py       the longer looks, as runs that tell how far they are
"""
