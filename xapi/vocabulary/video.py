"""The video profile: https://w3id.org/xapi/video"""

from xapi.model import Verb

PROFILE = "https://w3id.org/xapi/video"

PAUSED = Verb(id="https://w3id.org/xapi/video/verbs/paused", display={"en-US": "paused"})
PLAYED = Verb(id="https://w3id.org/xapi/video/verbs/played", display={"en-US": "played"})
SEEKED = Verb(id="https://w3id.org/xapi/video/verbs/seeked", display={"en-US": "seeked"})

VIDEO = "https://w3id.org/xapi/video/activity-type/video"

COMPLETION_THRESHOLD = "https://w3id.org/xapi/video/extensions/completion-threshold"
LENGTH = "https://w3id.org/xapi/video/extensions/length"
PLAYED_SEGMENTS = "https://w3id.org/xapi/video/extensions/played-segments"
PROGRESS = "https://w3id.org/xapi/video/extensions/progress"
SESSION_ID = "https://w3id.org/xapi/video/extensions/session-id"
TIME = "https://w3id.org/xapi/video/extensions/time"
TIME_FROM = "https://w3id.org/xapi/video/extensions/time-from"
TIME_TO = "https://w3id.org/xapi/video/extensions/time-to"
