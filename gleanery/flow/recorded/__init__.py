"""What auditors see of the record and of the audit log, and what they ask of them.

statements.py     statements by filters, and one of them with its place in the chain
telling.py        what one statement says, as far as a sentence needs it
entries.py        entries of the audit log by filters
names.py          who and what the ids stand for
searches.py       searches that are kept
exports.py        exactly what is shown, as a file
verification.py   how the logs stand, and their verification while one watches
retaining.py      the rules of retention, what they would take, and their application
working.py        takes up what takes longer
"""
