"""The ADL vocabulary: https://w3id.org/xapi/adl"""

from xapi.model import Verb

IMPORTED = Verb(id="http://adlnet.gov/expapi/verbs/imported", display={"en-US": "imported"})
VOIDED = Verb(id="http://adlnet.gov/expapi/verbs/voided", display={"en-US": "voided"})

LINK = "http://adlnet.gov/expapi/activities/link"
