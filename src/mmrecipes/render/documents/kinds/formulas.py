"""The few formulas papers show, in LaTeX and in typst's notation. Not covered: a grammar of formulas."""

from __future__ import annotations

import re

from mmrecipes.render.documents.tree import Piece, Text

MODELS: tuple[tuple[str, str], ...] = (
    (r"y_i = \mu + \beta x_i + \varepsilon_i", "y_i = mu + beta x_i + epsilon_i"),
    (r"\hat{\beta} = \frac{\sum_{i=1}^{n} (x_i - \bar{x})(y_i - \bar{y})}{\sum_{i=1}^{n} (x_i - \bar{x})^2}",
     "hat(beta) = (sum_(i=1)^n (x_i - macron(x))(y_i - macron(y))) / (sum_(i=1)^n (x_i - macron(x))^2)"),
    (r"\log y_{it} = \alpha_i + \gamma t + \varepsilon_{it}", "log y_(i t) = alpha_i + gamma t + epsilon_(i t)"),
    (r"s^2 = \frac{1}{n - 1} \sum_{i=1}^{n} (y_i - \bar{y})^2", "s^2 = 1 / (n - 1) sum_(i=1)^n (y_i - macron(y))^2"),
    (r"L(\theta) = \prod_{i=1}^{n} f(y_i \mid \theta)", "L(theta) = product_(i=1)^n f(y_i mid(|) theta)"),
    (r"p(\theta \mid y) = \frac{p(y \mid \theta) p(\theta)}{p(y)}",
     "p(theta mid(|) y) = (p(y mid(|) theta) p(theta)) / p(y)"),
    (r"r = \frac{a - b}{\sqrt{s^2 / n}}", "r = (a - b) / sqrt(s^2 \\/ n)"),
    (r"\lim_{n \to \infty} \sqrt{n} (\hat{\mu} - \mu) = Z", "lim_(n -> infinity) sqrt(n) (hat(mu) - mu) = Z"),
    (r"E[y] = \int_{0}^{\infty} y f(y) \, dy", "E[y] = integral_0^infinity y f(y) dif y"),
    (r"w_i = \frac{e^{-d_i / h}}{\sum_{j} e^{-d_j / h}}", "w_i = e^(-d_i \\/ h) / (sum_j e^(-d_j \\/ h))"),
)  # fmt: skip
_INLINE = {
    "y_i": "y_i", "i": "i", "t": "t", "n": "n", "epsilon_i": r"\varepsilon_i", "beta": r"\beta", "sigma": r"\sigma",
    "mu": r"\mu",
}  # fmt: skip
"""typst's notation of formulas in the line, and LaTeX."""
_FORMULA = re.compile(rf"\$({'|'.join(map(re.escape, _INLINE))})\$")


def inline_pieces(text: str) -> Text:
    """A text as pieces: `$n$` is a formula where it is one of ours (in typst's notation), any other dollar a dollar."""
    parts = _FORMULA.split(text)
    return tuple(
        Piece("", latex=_INLINE[part], typst=part) if k % 2 else Piece(part) for k, part in enumerate(parts) if part
    )
