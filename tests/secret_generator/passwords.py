"""Passwords as people choose them, so that a loose "the password is ..." can be told from talk about passwords."""

from __future__ import annotations

import random

from tests.secret_generator.letters import BASE62, DIGITS, some

WORDS = (
    "sunflower", "winter", "harbour", "guitar", "dragon", "coffee", "summer", "monkey", "silver", "bicycle", "pepper",
    "garden", "falcon", "Sommer", "Garten", "Fahrrad", "Kaffee", "Schule", "Drache", "Winter", "Hafen", "Wolke",
)  # fmt: skip


def password(rng: random.Random) -> str:
    """A password: a word with digits and signs, words joined, or letters of a generator."""
    return rng.choices((worded, swapped, joined, drawn), weights=(4, 2, 2, 4))[0](rng)


def worded(rng: random.Random) -> str:
    """A word with a number and a sign after it: what rules about passwords make of people."""
    word = rng.choice(WORDS)
    return word.capitalize() + some(rng, DIGITS, 2, 4) + rng.choice("!?#$%*")


def swapped(rng: random.Random) -> str:
    """A word with letters swapped for digits."""
    word = rng.choice(WORDS).translate(str.maketrans("aeio", "4310"))
    return word + rng.choice("-_.!") + some(rng, DIGITS, 2)


def joined(rng: random.Random) -> str:
    """A few words and a number, joined."""
    return rng.choice("-._").join([*rng.sample(WORDS, 3), some(rng, DIGITS, 1, 2)])


def drawn(rng: random.Random) -> str:
    """Ten to twenty letters drawn at random, of several classes."""
    letters = [*some(rng, BASE62, 8, 17), rng.choice("!$%&*+-_#?"), rng.choice(DIGITS)]
    rng.shuffle(letters)
    return "".join(letters)


def plain(rng: random.Random) -> str:
    """A password that may stand in an address as it is."""
    return some(rng, BASE62, 8, 20) + rng.choice("!-_~.") + some(rng, DIGITS, 2)
