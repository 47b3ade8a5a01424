"""The Total Learning Architecture's master object model: https://w3id.org/xapi/tla

Its definition of `released` and `reason` speaks of a learner's leaving; used here for an item that is made
available to a destination, and for a rejection.
"""

from xapi.model import Verb

QUALIFIED = Verb(id="https://w3id.org/xapi/tla/verbs/qualified", display={"en-US": "qualified"})
RECOMMENDED = Verb(id="https://w3id.org/xapi/tla/verbs/recommended", display={"en-US": "recommended"})
RELEASED = Verb(id="https://w3id.org/xapi/tla/verbs/released", display={"en-US": "released"})

BADGE = "https://w3id.org/xapi/tla/activity-types/badge"
COMPETENCY = "https://w3id.org/xapi/tla/activity-types/competency"
CONTENT_SET = "https://w3id.org/xapi/tla/activity-types/content_set"
CREDENTIAL = "https://w3id.org/xapi/tla/activity-types/credential"

DUE_DATE = "https://w3id.org/xapi/tla/extensions/due_date"
REASON = "https://w3id.org/xapi/tla/extensions/reason"
RECOMMENDATION_ORDER = "https://w3id.org/xapi/tla/extensions/recommendation_order"
