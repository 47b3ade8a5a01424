"""What the API of privacy takes and answers: a file of shapes for each of its parts.

inquiries.py  erasures.py  ledger.py  people.py  lists.py  own.py
common.py     what several of them share
"""
