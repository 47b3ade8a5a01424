"""The ADL vocabulary: https://w3id.org/xapi/adl"""

from xapi.model import Verb

ANSWERED = Verb(id="http://adlnet.gov/expapi/verbs/answered", display={"en-US": "answered"})
ASKED = Verb(id="http://adlnet.gov/expapi/verbs/asked", display={"en-US": "asked"})
COMMENTED = Verb(id="http://adlnet.gov/expapi/verbs/commented", display={"en-US": "commented"})
COMPLETED = Verb(id="http://adlnet.gov/expapi/verbs/completed", display={"en-US": "completed"})
IMPORTED = Verb(id="http://adlnet.gov/expapi/verbs/imported", display={"en-US": "imported"})
INITIALIZED = Verb(id="http://adlnet.gov/expapi/verbs/initialized", display={"en-US": "initialized"})
LAUNCHED = Verb(id="http://adlnet.gov/expapi/verbs/launched", display={"en-US": "launched"})
PROGRESSED = Verb(id="http://adlnet.gov/expapi/verbs/progressed", display={"en-US": "progressed"})
SCORED = Verb(id="http://adlnet.gov/expapi/verbs/scored", display={"en-US": "scored"})
SHARED = Verb(id="http://adlnet.gov/expapi/verbs/shared", display={"en-US": "shared"})
TERMINATED = Verb(id="http://adlnet.gov/expapi/verbs/terminated", display={"en-US": "terminated"})
VOIDED = Verb(id="http://adlnet.gov/expapi/verbs/voided", display={"en-US": "voided"})

INTERACTION = "http://adlnet.gov/expapi/activities/cmi.interaction"
LINK = "http://adlnet.gov/expapi/activities/link"
QUESTION = "http://adlnet.gov/expapi/activities/question"
