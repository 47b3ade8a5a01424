"""Digests: what waits and what is broken, told once a day or a week to whoever asked for it.

choosing.py   who gets one, how often, by which way
gathering.py  what is told
sending.py    when one is due, the sending, and what follows if it fails
"""
