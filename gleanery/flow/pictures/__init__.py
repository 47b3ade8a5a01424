"""Small pictures of items, fetched by us so that nobody's browser tells a platform who looks at what.

raster.py    what a picture must be like to be shown; the rest is cut off
keeping.py   fetching, keeping for a time, letting go with the words
"""
