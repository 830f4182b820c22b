"""Networks as scikit-learn's estimators."""
from __future__ import annotations

from typing import Any, Optional

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from .net import Net, load


class _Estimator(BaseEstimator):
    """spec: a spec, as for costate.load, whose inputs and outputs are those of the data; None: that of
    specs/new/estimator.lua, a network of 10 layers trained by L-BFGS, with the `layers`, `method` and `activation` that are
    given, whose state has `width` channels, or else two more than there are columns. iterations: of the training; None: as
    many as the spec says. random_state: of the first parameters.

    Behind fit: net_, the network (costate.Net); n_iter_, how many iterations there were."""

    def __init__(self, spec: Optional[str] = None, *, width: Optional[int] = None, layers: Optional[int] = None,
                 method: Optional[str] = None, activation: Optional[str] = None, iterations: Optional[int] = None,
                 random_state: Any = None):
        self.spec = spec
        self.width = width
        self.layers = layers
        self.method = method
        self.activation = activation
        self.iterations = iterations
        self.random_state = random_state

    def _network(self, inputs: int, outputs: int, link: str, loss: str) -> Net:
        if self.spec is not None:
            return load(self.spec)
        given = {key: getattr(self, key) for key in ("layers", "method", "activation") if getattr(self, key) is not None}
        head = {"outputs": outputs, "link": link}
        return load("new/estimator", inputs=inputs, width=self.width or inputs + 2, head=head, loss=loss, **given)

    def _train(self, x: np.ndarray, target: np.ndarray, outputs: int, link: str, loss: str) -> None:
        net = self._network(x.shape[1], outputs, link, loss)
        if (net.inputs, net.outputs) != (x.shape[1], outputs):
            raise ValueError(f"the spec has {net.inputs} inputs and {net.outputs} outputs; the data have {x.shape[1]} and "
                             f"{outputs}")
        seed = int(check_random_state(self.random_state).randint(1, (1 << 31) - 1))
        net.params[:] = net.initial(seed)
        net.fit(x, target, iterations=self.iterations)
        self.net_, self.n_iter_ = net, net.report["iterations"]

    def _predict(self, x: Any) -> np.ndarray:
        check_is_fitted(self, "net_")
        prediction = self.net_.predict(validate_data(self, x, dtype=float, reset=False))
        return prediction if prediction.ndim == 2 else prediction[:, -1]  # of the last layer


class Classifier(ClassifierMixin, _Estimator):
    __doc__ = f"""A network that tells classes apart: one probability by the sigmoid for two of them, a softmax for more.

    {_Estimator.__doc__} classes_: the classes.

    >>> import numpy as np
    >>> x = np.random.default_rng(0).normal(size=(60, 2))
    >>> y = np.where(x[:, 0] * x[:, 1] > 0, "same", "other")
    >>> float(Classifier(random_state=1).fit(x, y).score(x, y)) > 0.95
    True
    """

    def fit(self, X: Any, y: Any) -> "Classifier":
        """X [n, columns], y [n]: classes of any type."""
        X, y = validate_data(self, X, y, dtype=float)
        check_classification_targets(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        count = len(self.classes_)
        if count < 2:
            raise ValueError(f"there is one class, {self.classes_[0]!r}: nothing can be learnt from it")
        outputs = 1 if count == 2 else count
        self._train(X, labels.astype(float), outputs, "sigmoid" if count == 2 else "softmax", "crossentropy")
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Probabilities [n, classes]."""
        p = self._predict(X)
        return np.hstack([1 - p, p]) if p.shape[1] == 1 else p

    def predict(self, X: Any) -> np.ndarray:
        """The most probable classes [n]."""
        probabilities = self.predict_proba(X)  # which asks for fit
        return self.classes_[probabilities.argmax(axis=1)]


class Regressor(RegressorMixin, _Estimator):
    __doc__ = f"""A network that predicts numbers, by least squares.

    {_Estimator.__doc__}

    >>> import numpy as np
    >>> x = np.linspace(-1, 1, 40)[:, None]
    >>> y = np.sin(3 * x[:, 0])
    >>> float(Regressor(random_state=1).fit(x, y).score(x, y)) > 0.99
    True
    """

    def fit(self, X: Any, y: Any) -> "Regressor":
        """X [n, columns], y [n] or [n, outputs]."""
        X, y = validate_data(self, X, y, dtype=float, multi_output=True, y_numeric=True)
        self._flat = y.ndim == 1
        target = y.reshape(len(y), -1).astype(float)
        self._train(X, target, target.shape[1], "identity", "squared")
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Predictions of the shape of y."""
        prediction = self._predict(X)
        return prediction[:, 0] if self._flat else prediction

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
