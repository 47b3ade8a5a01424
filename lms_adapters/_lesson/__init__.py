"""One item as a page that a learner opens in an LMS from a package (SCORM, cmi5), and the course it stands in."""
