"""`run.py verify`: is this on record? Asks no service and opens no ledger."""

from __future__ import annotations

import io
import sys
from functools import partial
from pathlib import Path
from typing import IO

import click
import orjson

from service.cli.bar import Bar
from service.cli.policies import Failure
from service.export import verify_file
from service.proofs import receipt as receipts
from service.proofs.export import MalformedExport, verify_lines
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
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@click.option("--key", type=PublicKey(), required=True, help=KEY_HELP)
@click.option("--entry", is_flag=True, help="Print the entry in a receipt itself, the bytes that are proved.")
def verify(file: Path, key: VerifierKey, entry: bool) -> None:
    """Verify a receipt (`/v1/decisions/{id}/receipt`) or an export (`run.py export`), without service and ledger.

    FILE may be `-` for the standard input, but for CSV and Parquet. Ends with 0 if the log that the key signs
    for holds every entry in the file, and all columns of a table are those of its entries; else with 1.
    """
    try:
        with click.open_file(str(file), "rb") as stream:
            first = stream.read(len(receipts.HEADER))
            is_receipt = first == receipts.HEADER.encode()
            if is_receipt or str(file) == "-":
                data = first + stream.read()
        if is_receipt:
            _receipt(data, key, entry)
        else:
            _export(io.BytesIO(data) if str(file) == "-" else file, key)
    except (receipts.MalformedReceipt, MalformedExport, ProofError, NoteError) as error:
        raise Failure(f"not verified: {error}") from None
    except OSError as error:
        raise Failure(f"`{file}` cannot be read: {error.strerror}") from None


def _receipt(data: bytes, key: VerifierKey, entry: bool) -> None:
    found = receipts.parse(data)
    checkpoint = found.verify(key)
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


def _export(file: Path | IO[bytes], key: VerifierKey) -> None:
    with Bar() as bar:
        show = partial(bar.show, "entries")
        found = verify_file(file, key, show) if isinstance(file, Path) else verify_lines(file, key, show)
    size, origin = found.checkpoint.size, found.checkpoint.origin
    click.echo(f"verified: {found.count:,} of the {size:,} entries in the log `{origin}`, as they are recorded")
    if found.filters:
        chosen = ", ".join(f"{name} {value}" for name, value in found.filters.items())
        click.echo(f"chosen by {chosen}; nothing proves that no other entry passes")
    else:
        click.echo("the whole log up to this checkpoint, without a gap")
