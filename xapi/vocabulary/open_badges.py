"""The Open Badges profile: http://specification.openbadges.org/xapi"""

ASSERTION = "http://specification.openbadges.org/xapi/extensions/badgeassertion"
