"""`run.py verify`: is this decision on record? Asks no service and opens no ledger."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

import click
import orjson

from service.cli.policies import Failure
from service.proofs import receipt as receipts
from service.proofs.merkle import ProofError
from service.proofs.notes import MalformedKey, NoteError, VerifierKey


class PublicKey(click.ParamType[VerifierKey]):
    """A public key: its text, or a file that holds it."""

    name = "key"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> VerifierKey:
        """Read it."""
        text = str(value)
        try:
            if Path(text).is_file():
                text = Path(text).read_text(encoding="utf-8").strip()
            return VerifierKey.parse(text)
        except (MalformedKey, OSError, ValueError) as error:
            self.fail(f"neither a public key nor a file with one: {error}", param, ctx)


KEY_HELP = "The log's public key, as `run.py key` prints it, or a file that holds it."


@click.command()
@click.argument("receipt", type=click.File("rb"))
@click.option("--key", type=PublicKey(), required=True, help=KEY_HELP)
@click.option("--entry", is_flag=True, help="Print the entry itself, the bytes that are proved.")
def verify(receipt: IO[bytes], key: VerifierKey, entry: bool) -> None:
    """Verify the receipt of a decision: a file from `/v1/decisions/{id}/receipt` (`-` for standard input).

    Ends with 0 if the log that the key signs for holds the entry in the receipt, else with 1.
    """
    try:
        found = receipts.parse(receipt.read())
        checkpoint = found.verify(key)
    except (receipts.MalformedReceipt, ProofError, NoteError) as error:
        raise Failure(f"not verified: {error}") from None
    assert found.extra is not None
    if entry:
        sys.stdout.buffer.write(found.extra)
        return
    click.echo(f"verified: entry {found.index} of {checkpoint.size} in the log `{checkpoint.origin}`")
    try:
        content = orjson.loads(found.extra)
        click.echo(f"{content['kind']} {content['entry_id']}, decided at {content['decided_at']}")
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise Failure("the log holds this entry, but it is not in the form of this version") from None
