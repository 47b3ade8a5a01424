"""Quarantine: what a guard blocks, shown by kind and masked, and what a person may do about it.

lifting.py    what a release lifts of a guard's finding
masking.py    words with every marked passage replaced by the name of its kind
listing.py    what stands in quarantine, and one item of it with its preview
releasing.py  let an item out, masked or as it is
"""
