"""The HTTP side of the service: the only part that knows Flask."""

from service.api.app import create_app

__all__ = ["create_app"]
