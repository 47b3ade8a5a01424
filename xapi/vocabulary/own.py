"""What no published profile has. Described in `profile.jsonld`, under the project's own base IRI."""

PROFILE = "https://w3id.org/xapi/gleanery"

CONTENT_HMAC = f"{PROFILE}/extensions/content-hmac"
DECISION_ID = f"{PROFILE}/extensions/decision-id"
METHOD = f"{PROFILE}/extensions/method"
RECEIPT = f"{PROFILE}/extensions/receipt"

EXTENSIONS = (CONTENT_HMAC, DECISION_ID, METHOD, RECEIPT)
