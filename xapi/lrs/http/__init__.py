"""The record store on the web: the resources of xAPI 1.0.3 and 2.0 with exact control of every status."""
