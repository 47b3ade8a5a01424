"""Words of promotion, of bait and of rudeness, in English and German.

Written by us, from how such texts are made and not from any collection. They are signs and no proof: each is counted
and shown, none decides. The rude words are a handful of common swear words, so that a curator is not caught unawares;
slurs against groups are not listed, for finding hatred is more than finding words, and no list of ours could claim it.
"""

from __future__ import annotations

PROMOTION = (
    "buy now", "order now", "shop now", "limited offer", "limited time offer", "special offer", "exclusive offer",
    "act now", "don't miss out", "while stocks last", "while supplies last", "money back guarantee", "risk free",
    "100% free", "totally free", "completely free", "free trial", "free gift", "claim your", "claim now",
    "you have won", "you've won", "cash prize", "make money", "earn money", "earn cash", "extra income",
    "passive income", "financial freedom", "work from home", "double your", "get rich", "easy money",
    "quick money", "per day from home", "click here", "click the link", "link in bio", "link in my bio",
    "check out my", "check my channel", "visit my channel", "subscribe to my", "sub to my", "subscribe my",
    "sub4sub", "sub 4 sub", "follow me", "follow for follow", "follow back", "like and subscribe",
    "please subscribe", "share this with", "tag a friend", "giveaway", "promo code", "discount code",
    "coupon code", "use code", "use my code", "affiliate link", "dm me", "message me on", "text me on",
    "whatsapp me", "join my telegram", "call now", "call free", "text stop", "weight loss", "lose weight",
    "casino", "free spins", "bitcoin investment", "crypto signals", "best price", "lowest price", "book your call",
    "book a free", "grab your", "spots left", "seats left", "last chance", "jetzt kaufen", "jetzt bestellen",
    "jetzt zugreifen", "jetzt sichern", "jetzt anmelden und sparen", "nur heute", "nur für kurze zeit",
    "nur noch wenige plätze", "solange der vorrat reicht", "exklusives angebot", "sonderangebot", "rabattcode",
    "gutscheincode", "gratis", "völlig kostenlos", "100% kostenlos", "kostenlos testen", "geld verdienen",
    "passives einkommen", "finanzielle freiheit", "nebenverdienst", "von zu hause aus verdienen",
    "sie haben gewonnen", "du hast gewonnen", "gewinnspiel", "hier klicken", "klick hier", "link in der bio",
    "abonniert meinen kanal", "abonniere meinen kanal", "folgt mir", "folge mir", "schreib mir eine dm",
    "schreib mir privat", "teilt diesen beitrag", "letzte chance", "bester preis", "tiefstpreis", "affiliate-link",
)  # fmt: skip
"""Phrases of selling and of fishing for followers."""

SELLING = (
    "free", "win", "winner*", "won", "prize*", "cash", "claim", "offer", "offers", "urgent", "guaranteed",
    "congratulations", "awarded", "bonus", "discount*", "sale", "deal", "deals", "cheap", "cheapest", "voucher*",
    "ringtone*", "subscribe*", "followers", "giveaway*", "check out", "check this out", "check it out", "my channel",
    "my page", "my video", "my videos", "my music", "my song", "my cover", "my site", "my website", "my new",
    "my profile", "sign up", "investment", "earn", "income", "profit*", "million*", "per week", "a week", "per day",
    "a day", "kostenlos*", "gewinnen", "gewonnen", "gewinne*", "angebot", "angebote", "rabatt*", "sparen", "billig*",
    "gutschein*", "dringend", "glückwunsch*", "abonnier*", "mein kanal", "meinen kanal", "meine seite", "mein video",
    "verdienen", "einkommen", "pro woche", "pro tag", "bargeld",
)  # fmt: skip
"""Ordinary words that sell where several of them crowd in a short text."""

BAIT = (
    "you won't believe", "you will not believe", "you'll never guess", "will blow your mind", "blew my mind",
    "mind blowing", "what happened next", "what happens next", "this one trick", "one weird trick",
    "this simple trick", "nobody tells you", "no one tells you", "they don't want you to know", "doctors hate",
    "the secret to", "secrets of", "is not what you think", "isn't what you think", "changed my life",
    "change your life", "changed everything", "changes everything", "game changer", "shocking", "jaw dropping",
    "unbelievable", "insane", "gone wrong", "the truth about", "before it's too late", "stop doing this",
    "you're doing it wrong", "you are doing it wrong", "here's why", "this is why", "wait for it",
    "the reason will", "number 1 will", "must see", "must read", "must watch", "du wirst nicht glauben",
    "sie werden nicht glauben", "ihr werdet nicht glauben", "was dann geschah", "was dann passiert",
    "dieser trick", "ein einfacher trick", "mit diesem trick", "niemand sagt dir", "das geheimnis",
    "die wahrheit über", "hat mein leben verändert", "verändert dein leben", "verändert alles", "schockierend",
    "unfassbar", "unglaublich", "bevor es zu spät ist", "das musst du wissen", "das müsst ihr sehen",
    "darum solltest du", "macht jeder falsch",
)  # fmt: skip
"""Phrases that promise without saying what."""

RUDE = (
    "fuck*", "motherfuck*", "shit", "shitty", "bullshit", "asshole*", "arsehole*", "bitch", "bitches", "bastard*",
    "dickhead*", "dumbass*", "jackass*", "wanker*", "bollocks", "piss off", "pissed off", "stfu", "wtf",
    "douchebag*", "scumbag*", "cunt*", "moron*", "scheiße*", "scheiss*", "scheisse*", "beschissen*", "verarsch*",
    "arschloch*", "arschlöcher*", "verpiss dich", "verpisst euch", "fick dich", "gefickt", "wichser*",
    "hurensohn*", "drecksau*", "fresse halten", "halt die fresse", "halts maul", "halt's maul", "vollidiot*",
    "vollpfosten", "schwachkopf*",
)  # fmt: skip
"""Common swear words; a * lets the word go on."""
