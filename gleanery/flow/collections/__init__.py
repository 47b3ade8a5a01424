"""Collections and paths: edited (editing), shown (showing), published (publishing), brought (bringing)."""
