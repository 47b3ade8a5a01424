"""The audio profile: https://w3id.org/xapi/audio. It takes its verbs and extensions from the video profile."""

PROFILE = "https://w3id.org/xapi/audio"

AUDIO = "https://w3id.org/xapi/audio/activity-type/audio"
