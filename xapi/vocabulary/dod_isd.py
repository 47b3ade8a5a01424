"""The DoD instructional systems design profile: https://w3id.org/xapi/dod-isd"""

from xapi.model import Verb

REACTED = Verb(id="https://w3id.org/xapi/dod-isd/verbs/reacted", display={"en-US": "reacted"})
