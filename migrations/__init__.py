"""How the stored shape comes to be: small, numbered, forward-only steps."""
