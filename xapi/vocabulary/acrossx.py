"""The acrossx profile: https://w3id.org/xapi/acrossx"""

from xapi.model import Verb

POSTED = Verb(id="https://w3id.org/xapi/acrossx/verbs/posted", display={"en-US": "posted"})
LIKED = Verb(id="https://w3id.org/xapi/acrossx/verbs/liked", display={"en-US": "liked"})
DISLIKED = Verb(id="https://w3id.org/xapi/acrossx/verbs/disliked", display={"en-US": "disliked"})
WAS_ASSIGNED = Verb(id="https://w3id.org/xapi/acrossx/verbs/was-assigned", display={"en-US": "was assigned"})

LEARNING_PLAN = "https://w3id.org/xapi/acrossx/activities/learning-plan"
NOTE = "https://w3id.org/xapi/acrossx/activities/note"
WEBPAGE = "https://w3id.org/xapi/acrossx/activities/webpage"
