"""JSON Merge Patch: what a document looks like after a change (RFC 7396)."""

from typing import Any


def merge(target: Any, patch: Any) -> Any:
    """The target changed by the patch: null deletes, objects merge, all else (arrays too) replaces.

    Neither argument is changed. The algorithm is RFC 7396 §2; the depth of the recursion is that of the
    patch, which the body reader bounds.
    """
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged
