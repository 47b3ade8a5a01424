"""The Tin Can registry: https://registry.tincanapi.com"""

from xapi.model import Verb

BOOKMARKED = Verb(id="http://id.tincanapi.com/verb/bookmarked", display={"en-US": "bookmarked"})
EARNED = Verb(id="http://id.tincanapi.com/verb/earned", display={"en-US": "earned"})
EXPIRED = Verb(id="http://id.tincanapi.com/verb/expired", display={"en-US": "expired"})
REPLIED = Verb(id="http://id.tincanapi.com/verb/replied", display={"en-US": "replied"})
VIEWED = Verb(id="http://id.tincanapi.com/verb/viewed", display={"en-US": "viewed"})

CHAT_CHANNEL = "http://id.tincanapi.com/activitytype/chat-channel"
CHAT_MESSAGE = "http://id.tincanapi.com/activitytype/chat-message"
FORUM_TOPIC = "http://id.tincanapi.com/activitytype/forum-topic"
LMS = "http://id.tincanapi.com/activitytype/lms"
RESOURCE = "http://id.tincanapi.com/activitytype/resource"
TAG = "http://id.tincanapi.com/activitytype/tag"

QUALITY_RATING = "http://id.tincanapi.com/extension/quality-rating"
SHARE_MEDIUM = "http://id.tincanapi.com/extension/share-medium"
VALID_UNTIL = "http://id.tincanapi.com/extension/valid-until"
