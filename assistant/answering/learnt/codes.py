"""Features kept as sorted codes, since their texts are never needed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Unsigned = npt.NDArray[np.unsignedinteger[Any]]


def places(codes: Unsigned, sought: Unsigned) -> npt.NDArray[np.int64]:
    """Return where those of the sought codes stand that are among the `codes`, which are sorted."""
    at: npt.NDArray[np.int64] = codes.searchsorted(sought)
    # What is beyond all codes is compared with the last of them.
    return at[codes.take(at, mode="clip") == sought] if len(codes) else at[:0]
