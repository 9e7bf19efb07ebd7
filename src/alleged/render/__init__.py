"""Results as text for people and machines: the only place that makes foreign text safe for a screen."""
