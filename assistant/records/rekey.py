"""A change of DATA_KEY, completed: what older keys encrypted is encrypted with the newest."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.orm.attributes import flag_modified

from assistant.records.leads.leads import Contacts
from assistant.records.storage.database import Database
from assistant.records.storage.encryption import EncryptedText, Keyring
from assistant.records.storage.lead_models import Lead
from assistant.records.storage.models import Base

_BATCH = 500


def rekey(database: Database, keyring: Keyring) -> int:
    """Encrypt every value anew and return how many rows that were.

    Visitors and staff can go on meanwhile, and it can be repeated. Afterwards the older keys are
    needed for backups only. Raises DecryptionError, DatabaseUnavailableError.
    """
    return sum(
        _rewritten(database, keyring, mapper, names) for mapper, names in _encrypted_columns()
    )


def _encrypted_columns() -> Iterator[tuple[Mapper[Base], list[str]]]:
    for mapper in Base.registry.mappers:
        columns = mapper.column_attrs
        names = [each.key for each in columns if isinstance(each.columns[0].type, EncryptedText)]
        if names:
            yield mapper, names


def _rewritten(database: Database, keyring: Keyring, mapper: Mapper[Base], names: list[str]) -> int:
    (key,) = mapper.primary_key
    last, count = None, 0
    while True:
        with database.write(durable=True) as session:
            batch = select(mapper).order_by(key).limit(_BATCH).with_for_update()
            rows = list(session.scalars(batch if last is None else batch.where(key > last)))
            for row in rows:
                _touch(session, keyring, row, names)
        if not rows:
            return count
        count += len(rows)
        last = mapper.primary_key_from_instance(rows[-1])[0]


def _touch(session: Session, keyring: Keyring, row: Base, names: list[str]) -> None:
    for name in names:
        if getattr(row, name) is not None:
            flag_modified(row, name)
    if isinstance(row, Lead):
        contacts = Contacts(keyring, row.phone, row.email)
        row.phone_index, row.email_index = contacts.phone_index, contacts.email_index
    session.add(row)
