"""Signing in by a provider of OpenID Connect: asked only if settings name one."""
