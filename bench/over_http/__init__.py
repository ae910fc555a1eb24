"""The product beside a service that its users would write instead, over HTTP, in the same run."""
