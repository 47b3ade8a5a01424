"""The notice to those whose posts are read (Art. 14 GDPR), in English and German.

Plain sentences: a notice is for the people it speaks of. Values come from the configuration as it is; what is not
configured stands as a gap in brackets, so that nobody publishes a notice that says less than it must.
"""

from __future__ import annotations

from collections.abc import Mapping

from gleanery.flow.people.wording import Language

NOTICE: Mapping[Language, tuple[tuple[str, str], ...]] = {
    "en": (
        ("Who we are", "{organisation}. Write to {contact}. Data protection officer: {officer}."),
        (
            "Where your data comes from",
            "You posted on {connector}. We read these places there: {sources}. You did not send it to us; we tell you "
            "because Article 14 of the GDPR asks us to.",
        ),
        (
            "What we keep",
            "The id and name of your account as {connector} shows them, your post's words, address, tags and time, "
            "and the links you share. We do not keep how often you post, we do not rate you, and we do not link your "
            "account to you as a person unless you or your employer, with a legal basis, does so.",
        ),
        (
            "Why, and on which basis",
            "To find posts that our people can learn from. Legal basis: {basis}. {deciding} No decision about you is "
            "made by a machine, and there is no profiling.",
        ),
        (
            "Who receives it",
            "Curators of {organisation}. Beyond: {recipients}. {passing} Outside the EU: {transfers}.",
        ),
        (
            "How long",
            "{retention}. {undecided} {rejected} When you delete a post, we delete its words as soon as the source "
            "tells us.",
        ),
        (
            "Your rights",
            "You may see what we keep, have it corrected, deleted or restricted, and object at any time to our reading "
            "of your posts. Write to {contact}. You may complain to a supervisory authority: {authority}.",
        ),
    ),
    "de": (
        (
            "Wer wir sind",
            "{organisation}. Schreiben Sie an {contact}. Datenschutzbeauftragte Person: {officer}.",
        ),
        (
            "Woher Ihre Daten kommen",
            "Sie haben etwas auf {connector} veröffentlicht. Wir lesen dort: {sources}. Sie haben es uns nicht "
            "geschickt; wir sagen es Ihnen, weil Artikel 14 der DSGVO das verlangt.",
        ),
        (
            "Was wir speichern",
            "Kennung und Name Ihres Kontos, wie {connector} sie zeigt, Wortlaut, Adresse, Schlagwörter und Zeit Ihres "
            "Beitrags und die Links, die Sie teilen. Wir halten nicht fest, wie oft Sie schreiben, wir bewerten Sie "
            "nicht, und wir verbinden Ihr Konto nicht mit Ihrer Person, es sei denn, Sie oder Ihr Arbeitgeber tun "
            "das auf einer Rechtsgrundlage.",
        ),
        (
            "Wozu und auf welcher Grundlage",
            "Um Beiträge zu finden, aus denen unsere Leute lernen können. Rechtsgrundlage: {basis}. {deciding} "
            "Keine Maschine trifft eine Entscheidung über Sie, und es gibt kein Profil.",
        ),
        (
            "Wer es erhält",
            "Kuratierende von {organisation}. Darüber hinaus: {recipients}. {passing} Außerhalb der EU: {transfers}.",
        ),
        (
            "Wie lange",
            "{retention}. {undecided} {rejected} "
            "Löschen Sie einen Beitrag, löschen wir seinen Wortlaut, sobald die Quelle es uns sagt.",
        ),
        (
            "Ihre Rechte",
            "Sie können sehen, was wir speichern, es berichtigen, löschen oder einschränken lassen und jederzeit "
            "widersprechen, dass wir Ihre Beiträge lesen. Schreiben Sie an {contact}. Sie können sich bei einer "
            "Aufsichtsbehörde beschweren: {authority}.",
        ),
    ),
}
PASSING: Mapping[Language, Mapping[bool, str]] = {
    "en": {
        True: "Your words and your name may be passed on with an approved item.",
        False: "Your words and your name are not passed on: learners get the link.",
    },
    "de": {
        True: "Wortlaut und Name können mit einem freigegebenen Inhalt weitergegeben werden.",
        False: "Wortlaut und Name werden nicht weitergegeben: Lernende erhalten den Link.",
    },
}
