"""The curators' queue: found by filters and words, looked at by one at a time, judged one by one or many at once.

filters.py    what somebody looks for, as a query string and as conditions
search.py     the index of words
listing.py    a page of it, and how much there is
claims.py     who looks at what just now
putting_off.py  what somebody leaves for tomorrow
views.py      filters kept under a name
bulk/         one verdict on many items, and its undoing
"""
