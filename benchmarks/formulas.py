"""How fast formulas are drawn and checked, next to pdflatex, per CPU-second of this process and its children.

    python benchmarks/formulas.py [--quick]

`draw` is layout, picture and token boxes; `draw + check` adds the second engine and the matching of symbols; `all` is
the recipe's own steps without the store (looks, wear, turns, verification, encoding). pdflatex sets the same LaTeX, one
process per formula as the im2latex pipelines do, rasterised by pdfium, and gives no boxes; it needs the Debian packages
texlive-latex-base and texlive-latex-recommended (and texlive-fonts-recommended). Everything runs in turns within one
process, so that ratios mean something on a busy machine.
"""

from __future__ import annotations

import random
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
from rich.console import Console
from rich.table import Table

from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.recipes.qianfan_vl.formula import task as steps
from mmrecipes.render.formulas.draw import draw_formula
from mmrecipes.render.formulas.grammar import Formula, random_formula
from mmrecipes.render.formulas.layout import latex
from mmrecipes.render.formulas.match import similarity
from mmrecipes.render.formulas.second import SecondEngineError, first_symbols, second_symbols

ROUNDS = 4
DOCUMENT = (
    r"\documentclass{article}\usepackage{amsmath,amssymb}\pagestyle{empty}"
    r"\begin{document}$\displaystyle %s$\end{document}"
)


def cpu_seconds() -> float:
    """CPU time of this process and of its finished children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def checked(formula: Formula) -> bool:
    """Draw a formula and ask the second engine; whether both agree."""
    drawn = draw_formula(formula.layout)
    try:
        return similarity(first_symbols(drawn), second_symbols(latex(formula.layout))) >= 0.98
    except SecondEngineError:
        return False


def all_in(index: int) -> bool:
    """The recipe's steps for one candidate; whether a sample came out."""
    sample = Sample(
        id=f"bench/{index:06d}", subset="formula", task="formula", draft={"index": index, "stratum": "formula"}
    )
    chain: tuple[Callable[..., Any], ...] = (
        steps.formula_content, steps.formula_draw, steps.formula_augment, steps.formula_ask, steps.formula_verify,
        steps.formula_finish,
    )  # fmt: skip
    for n, step in enumerate(chain):
        arguments: Any = (sample,) if step is steps.formula_verify else (sample, StepContext(1, sample.id, str(n)))
        made = step(*arguments)
        if isinstance(made, Drop):
            return False
        sample = made
    return True


def pdflatex(formula: Formula) -> bool:
    """One formula through pdflatex and pdfium; whether a page came out."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.tex").write_text(DOCUMENT % latex(formula.layout))
        command = ["pdflatex", "-interaction=batchmode", "a.tex"]
        subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        pdf = Path(folder) / "a.pdf"
        if not pdf.is_file():
            return False
        pypdfium2.PdfDocument(pdf.read_bytes())[0].render(scale=200 / 72).to_numpy()
        return True


def main() -> None:
    n = 20 if "--quick" in sys.argv else 60
    formulas = [random_formula(i, random.Random(i)) for i in range(n)]
    indices = iter(range(10**6))
    works: dict[str, tuple[int, Callable[[], int]]] = {
        "draw, with token boxes": (n, lambda: sum(bool(draw_formula(f.layout).tokens) for f in formulas)),
        "draw + check by the second engine": (n, lambda: sum(map(checked, formulas))),
        "all steps of the recipe": (n, lambda: sum(all_in(next(indices)) for _ in range(n))),
    }
    if shutil.which("pdflatex"):
        works["pdflatex, no boxes"] = (max(5, n // 6), lambda: sum(map(pdflatex, formulas[: max(5, n // 6)])))
    else:
        print("pdflatex is not installed: apt install texlive-latex-base texlive-latex-recommended")
    spent, tried, made = (dict.fromkeys(works, 0.0) for _ in range(3))
    for turn in range(ROUNDS + 1):
        for name, (count, work) in works.items():
            began = cpu_seconds()
            kept = work()
            if turn:  # the first round warms caches and imports
                spent[name] += cpu_seconds() - began
                tried[name] += count
                made[name] += kept
    peer = "pdflatex, no boxes"
    base = tried[peer] / spent[peer] if peer in works else None
    table = Table("what", "per CPU-second", "kept", "against pdflatex", title=f"{n} formulas")
    for name in works:
        rate = tried[name] / spent[name]
        ratio = f"{rate / base:.1f} x" if base else "-"
        table.add_row(name, f"{rate:.1f}", f"{made[name] / tried[name]:.0%}", ratio)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
