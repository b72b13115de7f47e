"""What several architectures share: activations, initialisation, a stack of linear layers.

Shapes: `dense_stack` maps (n, widths[0]) to (n, widths[-1]).
"""

from collections.abc import Callable, Sequence

from torch import nn

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "none": nn.Identity,
    "relu": nn.ReLU,
    "leaky_relu": lambda: nn.LeakyReLU(negative_slope=0.2),
    "tanh": nn.Tanh,
}


def activation(name: str) -> nn.Module:
    """A fresh activation layer. Raises ValueError that lists the choices for an unknown name."""
    if name not in ACTIVATIONS:
        raise ValueError(f"unknown activation {name!r}; choices: {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[name]()


def dense_stack(widths: Sequence[int], *, hidden: str, norm: bool = False, dropout: float = 0.0) -> nn.Sequential:
    """Linear layers between `widths`, each followed by batch norm, activation and dropout as asked for."""
    layers: list[nn.Module] = []
    for fan_in, fan_out in zip(widths[:-1], widths[1:], strict=True):
        layers.append(nn.Linear(fan_in, fan_out))
        if norm:
            layers.append(nn.BatchNorm1d(fan_out))
        layers.append(activation(hidden))
        if dropout:
            layers.append(nn.Dropout(dropout))
    return nn.Sequential(*layers)


def initialise(module: nn.Module, scheme: str) -> None:
    """Set the weights of every linear and convolutional layer in place.

    "torch" leaves PyTorch's own initialisation; "glorot" is Keras' default (Glorot and Bengio 2010: uniform weights,
    zero biases), which the textbook's Keras networks were trained from.
    """
    if scheme == "torch":
        return
    if scheme != "glorot":
        raise ValueError(f"unknown initialisation {scheme!r}; choices: torch, glorot")
    for layer in module.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.xavier_uniform_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
