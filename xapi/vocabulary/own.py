"""What no published profile has. Described in `profile.jsonld`, under the project's own base IRI."""

from xapi.model import Verb

PROFILE = "https://w3id.org/xapi/gleanery"

ERASED = Verb(id=f"{PROFILE}/verbs/erased", display={"en-US": "erased"})

CONTENT_HMAC = f"{PROFILE}/extensions/content-hmac"
DECISION_ID = f"{PROFILE}/extensions/decision-id"
EVIDENCE = f"{PROFILE}/extensions/evidence"
METHOD = f"{PROFILE}/extensions/method"
NEW_CONTENT = f"{PROFILE}/extensions/new-content"
OLD_CONTENT = f"{PROFILE}/extensions/old-content"
REACTION = f"{PROFILE}/extensions/reaction"
RECEIPT = f"{PROFILE}/extensions/receipt"
VOIDED = f"{PROFILE}/extensions/voided"

EXTENSIONS = (
    CONTENT_HMAC,
    DECISION_ID,
    EVIDENCE,
    METHOD,
    NEW_CONTENT,
    OLD_CONTENT,
    REACTION,
    RECEIPT,
    VOIDED,
)
