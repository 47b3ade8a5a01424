"""What is known of items besides their words: age, engagement, reputation, licence, the last look at the address.

engagement.py   counted as posts come in, in buckets, so that a rank among a million posts costs two small queries
background.py   puts a batch of items' standing together in a number of queries that does not depend on them
refreshing.py   once a day, has the waiting items judged again whose standing is another by now
replaying.py    judges again from what was kept with a finding
"""
