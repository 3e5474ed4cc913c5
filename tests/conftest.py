"""Makes helper modules beside the tests importable as `mmrecipes_tests.*` without turning tests into a package."""

from __future__ import annotations

import sys
import types
from pathlib import Path

package = types.ModuleType("mmrecipes_tests")
package.__path__ = [str(Path(__file__).parent / "flow"), str(Path(__file__).parent)]
sys.modules.setdefault("mmrecipes_tests", package)
