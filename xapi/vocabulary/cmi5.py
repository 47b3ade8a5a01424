"""The cmi5 profile: https://w3id.org/xapi/cmi5"""

CATEGORY = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
MOVE_ON = "https://w3id.org/xapi/cmi5/context/categories/moveon"

PROGRESS = "https://w3id.org/xapi/cmi5/result/extensions/progress"
SESSION_ID = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
