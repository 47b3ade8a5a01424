"""Backups: one file that holds the database and its checkpoints, made while everything runs, and put back signed for.

    create     creating.py     a consistent copy, its sums and the heads of both logs, signed
    check      checking.py     the signature, the sums, and the record in the copy against its checkpoints
    restore    restoring.py    checks, puts back, opens a new epoch, erases again who was erased since

The keys are not part of a backup: a thief of one could open what is sealed, and sign for a forged record. Nor is the
list of erasures (erasure_list.py), which must not grow old with it.
"""

from gleanery.flow.backing_up.checking import Checked, check
from gleanery.flow.backing_up.creating import create
from gleanery.flow.backing_up.manifest import Manifest
from gleanery.flow.backing_up.restoring import Restored, restore

__all__ = ["Checked", "Manifest", "Restored", "check", "create", "restore"]
