"""A benchmark at work: its registry and, where they are at hand, its rows, whose pictures and texts confirm what the
registry finds.

Covered: pictures and items by their place in the registry, a few kept in memory. Not covered: registries without rows;
near pictures then stay unconfirmed, and are for review.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property

from mmrecipes.core.errors import InputError
from mmrecipes.formats.reader import Rows
from mmrecipes.steps.decontaminate.confirm import Laid
from mmrecipes.steps.decontaminate.image_match import ImageIndex
from mmrecipes.steps.decontaminate.items import Item, all_images, items_of, words_in
from mmrecipes.steps.decontaminate.reading import SeenRow, read_row
from mmrecipes.steps.decontaminate.registry import Registry
from mmrecipes.steps.decontaminate.text_match import TextIndex
from mmrecipes.steps.decontaminate.views import Pixels, pictures_of

_KEPT_ROWS, _KEPT_PICTURES = 64, 24


class StaleRegistry(InputError):
    """A benchmark's rows are not those that its registry was built from."""

    def __init__(self, name: str) -> None:
        super().__init__(f"benchmark {name} has changed since its registry was built: build it anew")


@dataclass
class Benchmark:
    """Use one per process: it keeps what it read last."""

    registry: Registry
    rows: Rows | None = None
    _rows_read: OrderedDict[int, SeenRow] = field(default_factory=OrderedDict, repr=False)
    _pictures_read: OrderedDict[int, Laid] = field(default_factory=OrderedDict, repr=False)

    @property
    def name(self) -> str:
        return self.registry.name

    @cached_property
    def images(self) -> ImageIndex:
        return ImageIndex(self.registry)

    @cached_property
    def texts(self) -> TextIndex:
        return TextIndex(self.registry)

    def shown_by(self, picture: int) -> list[int]:
        """The items that show a distinct picture."""
        r = self.registry
        return r.shows_of[r.shows_picture == picture].tolist()

    def item(self, place: int) -> Item | None:
        """The item at a place of the registry; None without rows. Raises `StaleRegistry`."""
        if self.rows is None:
            return None
        row = self._row(int(self.registry.item_row[place]))
        items = [] if row.sample is None else list(items_of(row.sample, row.index, self.registry.kind))
        number = int(self.registry.item_number[place])
        if number >= len(items):
            raise StaleRegistry(self.name)
        return items[number]

    def picture(self, place: int) -> Laid | None:
        """A distinct picture; None without rows. Raises `StaleRegistry`."""
        if self.rows is None:
            return None
        if place not in self._pictures_read:
            self._pictures_read[place] = Laid(self._decoded(place))
            if len(self._pictures_read) > _KEPT_PICTURES:
                self._pictures_read.popitem(last=False)
        self._pictures_read.move_to_end(place)
        return self._pictures_read[place]

    def picture_words(self, place: int) -> frozenset[str]:
        """The words that a picture is known to hold: the texts of the regions in it."""
        row = self._row(int(self.registry.picture_row[place])) if self.rows is not None else None
        if row is None or row.sample is None:
            return frozenset()
        return words_in(row.sample, all_images(row.sample)[int(self.registry.picture_image[place])].sha256)

    def _decoded(self, place: int) -> Pixels:
        row = self._row(int(self.registry.picture_row[place]))
        wanted = int(self.registry.picture_frame[place])
        if row.sample is not None:
            image = all_images(row.sample)[int(self.registry.picture_image[place])]
            for frame, pixels in enumerate(pictures_of(image, row.originals.get(image.sha256))):
                if frame == wanted:
                    return pixels
        raise StaleRegistry(self.name)

    def _row(self, index: int) -> SeenRow:
        assert self.rows is not None
        if index not in self._rows_read:
            self._rows_read[index] = read_row(self.rows, index)
            if len(self._rows_read) > _KEPT_ROWS:
                self._rows_read.popitem(last=False)
        self._rows_read.move_to_end(index)
        return self._rows_read[index]
