"""The video profile: https://w3id.org/xapi/video"""

VIDEO = "https://w3id.org/xapi/video/activity-type/video"
