"""The expression language: FEEL (OMG DMN 1.5)."""
