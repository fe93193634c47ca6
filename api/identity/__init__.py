"""Who is asking: the resource server's side of OpenID Connect, from a bearer token to tenant and subject."""
