"""People: whose a handle is, on which legal basis something may be stated about a person, and how that ends.

persons.py     persons under random ids, merged and split; every old id resolves
handles.py     accounts on platforms, linked and unlinked with their history
bases.py       legal bases given and ended, and the versioned texts of consents
asking.py      `may_state`: the one question that everything asks before it says anything about a person
stating.py     the one function through which a statement about a person is written
witnessing.py  what a page tells of people becomes statements: whom it concerns (concerning.py), what they did by and to
               posts (acting.py), what a learning platform reports (learning.py)
withdrawing.py a consent withdrawn, and exactly what rested on it voided
directory.py   the HR list (hr_list.py) brought in: joiners, movers and leavers; directory_undo.py takes it back
due.py         what is left to do by the clock
showing.py     persons and bases as an administrator sees them; each look is an audit entry
sheet.py       the privacy sheet, written from the live configuration (wording.py) with a notice to authors (notice.py)
"""
