"""`run.py key`: the public key that checks receipts and checkpoints."""

from __future__ import annotations

from pathlib import Path

import click

from service.cli.policies import Failure
from service.config import Settings
from service.ledger.errors import LedgerError
from service.ledger.keys import public_key, signer

_STANDARD = Settings()


@click.command()
@click.option(
    "--data-dir", envvar="DATA_DIR", type=click.Path(path_type=Path), default=_STANDARD.data_dir, show_default=True,
    help="Folder of the ledger.",
)  # fmt: skip
@click.option(
    "--signing-key-file", "file", envvar="SIGNING_KEY_FILE", type=click.Path(path_type=Path), default=None,
    help="The file of the key, if it is not in the folder of the ledger.",
)  # fmt: skip
@click.option(
    "--make", "origin", metavar="ORIGIN", default=None,
    help="Make the key first, for the log of this name, if its file is not there.",
)  # fmt: skip
def key(data_dir: Path, file: Path | None, origin: str | None) -> None:
    """Print the public key of the ledger, for those who verify receipts and audit.

    Hand it over by a way that they trust. The service makes the key at its first start, unless
    SIGNING_KEY holds it.
    """
    path = Settings(data_dir=data_dir, signing_key_file=file).key_path
    try:
        if origin is not None:
            signer(path, origin, {})
        click.echo(public_key(path))
    except LedgerError as error:
        raise Failure(str(error)) from None
    except OSError as error:
        raise Failure(f"the signing key `{path}` cannot be read: {error.strerror}") from None
