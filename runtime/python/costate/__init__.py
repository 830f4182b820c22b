"""costate: Runge-Kutta networks and their exact discrete gradients, in numpy's arrays.

A spec is a short text in Lua; costate makes C of it, which the system's compiler compiles once:

>>> import costate, numpy as np
>>> net = costate.load('''
... return network {
...   name = "rate", inputs = 1, layers = 8, method = tableau { A = { { 0, 0 }, { "1/2", 0 } }, b = { 0, 1 } },
...   controls = { k = scalar() }, span = { k = "all" }, init = { k = 0.5 },
...   field = function(y, u) return -u.k * y end,
...   loss = "squared", average = true, train = { algorithm = "lbfgs", iterations = 20 },
... }''')
>>> x = np.linspace(1, 2, 5)[:, None]
>>> bool(np.allclose(net.predict(x), x * np.exp(-0.5), atol=1e-3))
True
>>> net = net.fit(x, x * np.exp(-2.0))
>>> print(net["k"].round(1))
2.0
"""
from . import program
from .net import Net, load
from .program import Ended, Error, Warning
from .version import VERSION as __version__

__all__ = ["Classifier", "Ended", "Error", "Net", "Regressor", "Warning", "load", "__version__"]


def __getattr__(name):
    if name in ("Classifier", "Regressor"):
        program.require("sklearn", "scikit-learn")
        from . import estimator
        return getattr(estimator, name)
    raise AttributeError(f"module 'costate' has no attribute {name!r}")
