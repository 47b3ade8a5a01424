"""The acrossx profile: https://w3id.org/xapi/acrossx"""

NOTE = "https://w3id.org/xapi/acrossx/activities/note"
WEBPAGE = "https://w3id.org/xapi/acrossx/activities/webpage"
