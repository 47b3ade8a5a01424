"""Accounts of the desks: who somebody is, what they may do, and how they show it."""
