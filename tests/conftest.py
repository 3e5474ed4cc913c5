"""Helper modules beside the tests are importable as `mmrecipes_tests.*`; property tests assert no times."""

from __future__ import annotations

import sys
import types
from pathlib import Path

from hypothesis import settings

package = types.ModuleType("mmrecipes_tests")
package.__path__ = [str(Path(__file__).parent / "flow"), str(Path(__file__).parent)]
sys.modules.setdefault("mmrecipes_tests", package)

settings.register_profile("untimed", deadline=None, max_examples=40)
settings.load_profile("untimed")
