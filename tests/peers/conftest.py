"""What the tests of peers share: `make check-peers` runs them with the package installed in out/python."""
import pathlib

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def own_cache(monkeypatch):
    """Compiled code of the tests stays among what is built."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(ROOT / "out" / "peers-check" / "cache"))


@pytest.fixture
def random():
    return np.random.default_rng(1)


@pytest.fixture(scope="session")
def specs():
    return ROOT / "specs"


@pytest.fixture(scope="session")
def vendor():
    """Specs that have everything: tests/vendor."""
    return ROOT / "tests" / "vendor"
