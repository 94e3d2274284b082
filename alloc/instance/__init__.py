"""One scenario compiled: the only input of the blocks. See `alloc.instance.instance.Instance`."""

from alloc.instance.instance import Instance, compile_instance

__all__ = ["Instance", "compile_instance"]
