"""Whether what items lead to is still there, and what follows where it is not.

states.py       what the last look said of items; for whoever rates them
noting.py       which address an item leads to
answers.py      what an answer of a web server says of an address
asking.py       asking for an address, by HTTP or by oEmbed
platforms.py    asking the platforms that know better than their pages
looking.py      the looks that are due, a few at a time
settling.py     what follows: retracted, a curator asked, back again
acting.py       what curators do about it
terms.py        days by which an item is looked at again or ends
showing.py      all of it, for people
"""

from gleanery.flow.links.states import states_of

__all__ = ["states_of"]
