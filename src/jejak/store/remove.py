"""`python -m jejak.store.remove DIR`: delete a node's embedded cluster, wherever it lies; for `make clean`."""

import sys
from pathlib import Path

from jejak.store.place import place_for, remove

if __name__ == "__main__":
    remove(place_for(Path(sys.argv[1])))
