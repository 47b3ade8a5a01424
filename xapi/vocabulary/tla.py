"""The Total Learning Architecture's master object model: https://w3id.org/xapi/tla

Its definition of `released` and `reason` speaks of a learner's leaving; used here for an item that is made
available to a destination, and for a rejection.
"""

from xapi.model import Verb

RELEASED = Verb(id="https://w3id.org/xapi/tla/verbs/released", display={"en-US": "released"})

COMPETENCY = "https://w3id.org/xapi/tla/activity-types/competency"

REASON = "https://w3id.org/xapi/tla/extensions/reason"
