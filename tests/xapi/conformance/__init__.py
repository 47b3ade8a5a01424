"""The requirements of xAPI one by one, each under the id that the public requirements document gives it."""
