"""Dublin Core terms, used as extension keys: http://purl.org/dc/terms/"""

LICENSE = "http://purl.org/dc/terms/license"
