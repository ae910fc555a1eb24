"""Personal data in the record: sealed under a key for each subject, and gone with that key."""

from service.personal.keys import Destroyed, KeysUnusable, Owner, SubjectKey, SubjectKeys
from service.personal.vault import Opened, Unopened, Vault, not_shown

__all__ = [
    "Destroyed",
    "KeysUnusable",
    "Opened",
    "Owner",
    "SubjectKey",
    "SubjectKeys",
    "Unopened",
    "Vault",
    "not_shown",
]
