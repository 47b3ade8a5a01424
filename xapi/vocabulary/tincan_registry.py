"""The Tin Can registry: https://registry.tincanapi.com"""

CHAT_MESSAGE = "http://id.tincanapi.com/activitytype/chat-message"
LMS = "http://id.tincanapi.com/activitytype/lms"
RESOURCE = "http://id.tincanapi.com/activitytype/resource"
TAG = "http://id.tincanapi.com/activitytype/tag"
