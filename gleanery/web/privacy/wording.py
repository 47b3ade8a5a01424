"""The codes of the desk of privacy in words: roles, places, states, steps. Translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping

from gleanery.web.words import N_, gettext

_TOLD: Mapping[str, str] = {
    # by what somebody was found
    "by:hr-number": N_("by the number of the HR list"),
    "by:staff": N_("by the sign-in name"),
    "by:account": N_("by the account"),
    "by:id": N_("by the id"),
    "by:identity": N_("by how statements name them"),
    # what is held
    "held:person": N_("Who they are here"),
    "held:accounts": N_("Accounts"),
    "held:hr_steps": N_("What HR lists changed"),
    "held:bases": N_("Legal bases"),
    "held:objections": N_("Objections"),
    "held:rests_on": N_("Which statement rests on which basis"),
    "held:inquiries": N_("Inquiries under way"),
    "held:statements": N_("Statements in the record"),
    "held:documents": N_("Documents of courses"),
    "held:recipients": N_("Other record stores that may hold copies"),
    "held:posts": N_("Posts"),
    "held:decisions": N_("Decisions"),
    "held:deliveries": N_("Deliveries that followed"),
    "held:tags": N_("Tags"),
    "held:notes": N_("Notes on items"),
    "held:curated": N_("Items edited, merged or split"),
    "held:queue": N_("What they set in the queue"),
    "held:searches": N_("Saved searches"),
    "held:signing_in": N_("How they sign in"),
    "held:audit": N_("Entries of the audit log"),
    # roles in statements
    "role:actor": N_("who did it"),
    "role:object": N_("whom it was done to"),
    "role:instructor": N_("instructor"),
    "role:team": N_("team"),
    "role:team-member": N_("member of a team"),
    "role:group-member": N_("member of a group"),
    "role:sub-statement": N_("in a statement within a statement"),
    "role:context-agent": N_("named in the context"),
    "role:context-group": N_("in a group of the context"),
    "role:authority": N_("who vouched for it"),
    "role:extension": N_("in an extension"),
    "role:mention": N_("mentioned"),
    "role:words": N_("named in its words"),
    # places
    "place:statements-erased": N_("statements emptied; their places in the chain stay"),
    "place:statements-redacted": N_("statements of others without the mention"),
    "place:documents": N_("documents of the record"),
    "place:documents-redacted": N_("documents of others without the name"),
    "place:posts": N_("posts emptied"),
    "place:posts-redacted": N_("posts of others without the name"),
    "place:messages": N_("messages and reasons without the name"),
    "place:stated": N_("notes of what rested on which basis"),
    "place:objections": N_("objections"),
    "place:links": N_("links of accounts"),
    "place:merges": N_("merges of persons"),
    "place:hr-steps": N_("steps of HR lists"),
    "place:bases": N_("legal bases, kept as proof under an id that is nobody's"),
    "place:accounts": N_("accounts, read no more"),
    "place:persons": N_("persons"),
    "place:sign-ins": N_("sign-ins"),
    "place:notes": N_("notes on items"),
    "place:claims": N_("claims of items"),
    "place:put-off": N_("items put off"),
    "place:saved-views": N_("saved views"),
    "place:searches": N_("saved searches"),
    "place:sessions": N_("sessions ended"),
    "place:tokens": N_("tokens of the API"),
    "place:identities": N_("links to identity providers"),
    "place:roles": N_("roles"),
    "place:desk-accounts": N_("accounts of the desks"),
    "place:visits": N_("visits from an LMS"),
    "place:learning": N_("items they opened or completed"),
    "place:scores": N_("scores for gradebooks"),
    "place:learner-notes": N_("reports, links and questions they sent"),
    "place:files": N_("copies in the data folder"),
    # what stays
    "place:statements-vouched-for": N_("statements they vouched for: the authority is part of the chain"),
    "place:exports-handed-out": N_("exports that were handed out: whoever has one deletes it"),
    "place:backups": N_("backups: they hold the person until thrown away; a restore erases again"),
    "place:statement-cannot-be-redacted": N_("statements of others that would not be valid without the name"),
    "place:document-is-no-json": N_("documents of others that are no JSON: whoever keeps them changes them"),
    "place:screening-is-busy": N_("items that are judged anew with the next run"),
    "place:database-holds-name": N_("places where the name is part of something else, as a channel's name"),
    "place:log-in-use": N_("old pages of the database's log; they go when another program ends"),
    "place:destination-owed": N_("destinations that could not be reached: taken back as soon as they can be"),
    # erasures
    "erasure:asked": N_("asked for"),
    "erasure:running": N_("under way"),
    "erasure:done": N_("done"),
    "erasure:refused": N_("refused"),
    "how:erased": N_("erased"),
    "how:redacted": N_("redacted"),
    # bases
    "standing:in-force": N_("in force"),
    "standing:ends-soon": N_("ends soon"),
    "standing:ahead": N_("begins later"),
    "standing:ended": N_("ended"),
    "standing:withdrawn": N_("withdrawn"),
    # links
    "link:oauth": N_("signed in at the platform"),
    "link:hr-list": N_("HR list"),
    "link:administrator": N_("entered by hand"),
    "end:asked": N_("they asked for it"),
    "end:mistake": N_("it never was theirs"),
    "end:moved": N_("it is another's now"),
    "end:left": N_("they left"),
    "end:unlisted": N_("no longer in the HR list"),
    "end:verified": N_("verified since"),
    # steps of an HR list
    "step:joins": N_("joins"),
    "step:moves": N_("moves to another unit"),
    "step:leaves": N_("leaves"),
    "step:dated": N_("first or last day changes"),
    "step:linked": N_("account linked"),
    "step:unlinked": N_("account unlinked"),
    # what a look is doing
    "look:search": N_("Searching"),
    "look:erase": N_("Erasing"),
    "look:hr-list": N_("Bringing the list in"),
}


def told(kind: str, code: object) -> str:
    """A code of a kind in words; one that came later than these stands as it is."""
    text = str(code)
    known = _TOLD.get(f"{kind}:{text}") or _TOLD.get(f"{kind}:{text.partition(':')[0]}")
    name = text.partition(":")[2]
    words = gettext(known) if known else text.replace("-", " ").replace("_", " ")
    return f"{words}: {name}" if known and name else words


def doing(words: str) -> str:
    """What a look is doing just now, by the first word of what it tells."""
    first = words.partition(" ")[0]
    return told("look", {"statements": "erase", "": "search"}.get(first, first))
