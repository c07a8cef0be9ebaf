"""Places as a person named them, drawn up as cells of the study area."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.core.suggest import did_you_mean
from rightplace.errors import BadInputError, NotHeldError
from rightplace.evaluate.operations.chosen import RESTS, Chosen, How
from rightplace.evaluate.operations.plan import Where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rightplace.evaluate.operations.plan_file import PlacesNamed
    from rightplace.places.study_area import StudyArea

INSIDE_SHARE: Final = 0.5
"""Share of a cell's ground that must lie in a drawing for the cell to be of it; the rule of the
larger part, ours."""


def drawn_up(places: PlacesNamed, area: StudyArea, *, folder: Path) -> Where:
    """Return the cells of a plan.

    What "all others" and "the rest" name leaves out every cell that the plan uses otherwise, and
    cells that the study area excludes. A cell in two other parts raises ``BadInputError``.

    Parameters
    ----------
    places
        As they are named.
    area
        The study area.
    folder
        Where the plan's file stands; files are named from there.
    """
    drawing = _Drawing(area, folder)
    treated = drawing.cells(places.treated, "where", treated=())
    parts = {"ring": places.ring, "control": places.control, "ring_control": places.ring_control}
    found = {
        name: drawing.cells(part, f"where.{name}", treated=treated)
        for name, part in parts.items()
        if part is not None and part.how not in RESTS
    }
    used = {*treated, *(cell for cells in found.values() for cell in cells)}
    for name, part in parts.items():
        if part is not None and part.how in RESTS:
            found[name] = drawing.rest(part, f"where.{name}", used)
            used.update(found[name])
    return Where(area_id=area.area_id, treated=treated, **found)


class _Drawing:
    """A study area in which places are looked up.

    Parameters
    ----------
    area
        The study area.
    folder
        Where files are named from.
    """

    def __init__(self, area: StudyArea, folder: Path) -> None:
        self.area, self.folder = area, folder
        self.ids: list[str] = area.cells["cell_id"].to_pylist()
        self.boroughs: list[str | None] = area.cells["borough"].to_pylist()
        self.wards: list[str | None] = area.cells["ward"].to_pylist()

    def cells(self, part: Chosen, within: str, *, treated: Sequence[str]) -> tuple[str, ...]:
        """Return the cells of a part, in order of their ids; none raises ``BadInputError``."""
        match part.how:
            case How.CELLS:
                return self._known(part.names, within)
            case How.CELLS_FILE:
                return self._known(self._of_file(part), f"{within}.{part.file}")
            case How.POLYGONS:
                return self._marked(self._inside(part), f"{within}.polygons")
            case How.WARDS:
                return self._marked(self._of_wards(part.names), within)
            case How.WITHIN_METRES:
                return self._marked(self._near(part.metres or 0.0, treated), within)
            case _:
                return self._marked(self._of_boroughs(part.names), within)

    def rest(self, part: Chosen, within: str, used: set[str]) -> tuple[str, ...]:
        """Return cells of the area, or of some boroughs, that are not used or excluded."""
        chosen = np.ones(self.area.n_cells, dtype=bool)
        if part.how is How.REST_OF_BOROUGHS:
            chosen = self._of_boroughs(part.names)
        chosen &= ~self.area.cells["excluded"].to_numpy(zero_copy_only=False)
        chosen &= ~np.isin(self.ids, list(used))
        return self._marked(chosen, within)

    def _marked(self, chosen: NDArray[np.bool_], within: str) -> tuple[str, ...]:
        """Return the cells marked.

        Raises
        ------
        BadInputError
            If there is none.
        """
        if not chosen.any():
            msg = f"{within} comes to no cell of {self.area.name}."
            raise BadInputError(msg, value=within, remedy="Name other places.")
        return tuple(np.asarray(self.ids)[chosen].tolist())

    def _known(self, names: Sequence[str], within: str) -> tuple[str, ...]:
        """Return cells by their ids.

        Raises
        ------
        NotHeldError
            If the study area has no such cell; the first is named.
        """
        known = set(self.ids)
        unknown = [name for name in names if name not in known]
        if unknown:
            more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
            msg = f"{within}: {unknown[0]!a}{more} is no cell of {self.area.area_id}."
            remedy = did_you_mean(unknown[0], self.ids[:5000])
            raise NotHeldError(msg, value=unknown[0], remedy=remedy)
        return tuple(sorted(set(names)))

    def _of_file(self, part: Chosen) -> tuple[str, ...]:
        """Return the cells of a CSV file.

        Raises
        ------
        BadInputError
            If a cell stands in it twice, or none does; one that cannot be read raises too.
        """
        from rightplace.deploy.checked_rows import read_rows

        path = self._path(part)
        names = read_rows(path, ["cell_id"], lambda row: row.text("cell_id"))
        if not names or len(set(names)) < len(names):
            msg = "The file names no cell, or one twice."
            raise BadInputError(msg, file=path, remedy="Name each cell once.")
        return names

    def _path(self, part: Chosen) -> Path:
        """Return where a file is.

        Raises
        ------
        NotHeldError
            If it is not there.
        """
        path = self.folder / Path(part.file or "")
        if not path.is_file():
            msg = "There is no such file."
            raise NotHeldError(msg, file=path, remedy="Files are named from the plan's folder.")
        return path

    def _inside(self, part: Chosen) -> NDArray[np.bool_]:
        """Return which cells lie by half of their ground or more in a drawing."""
        import shapely

        from rightplace.places.outlines import read_outlines

        drawn = shapely.union_all(read_outlines(self._path(part), crs=self.area.crs).shapes)
        shapely.prepare(drawn)
        shapes = self.area.shapes
        inside = np.zeros(len(shapes), dtype=bool)
        near = shapely.intersects(drawn, shapes)
        shared = shapely.area(shapely.intersection(shapes[near], drawn))
        inside[near] = shared >= INSIDE_SHARE * shapely.area(shapes[near])
        return inside

    def _near(self, metres: float, treated: Sequence[str]) -> NDArray[np.bool_]:
        """Return which other cells lie within so many metres of a treated one, by outline."""
        import shapely

        shapes, own = self.area.shapes, np.isin(self.ids, list(treated))
        tree = shapely.STRtree(shapes)
        pairs = tree.query(shapes[own], predicate="dwithin", distance=metres)
        near = np.zeros(len(shapes), dtype=bool)
        near[pairs[1]] = True
        return near & ~own

    def _of_boroughs(self, names: Sequence[str]) -> NDArray[np.bool_]:
        """Return which cells lie in some boroughs.

        Raises
        ------
        NotHeldError
            If the study area has no such borough.
        """
        held = {borough for borough in self.boroughs if borough is not None}
        for name in names:
            if name not in held:
                msg = f"{name!a} is no borough of {self.area.name}."
                raise NotHeldError(msg, value=name, remedy=did_you_mean(name, held))
        return np.isin(np.asarray([b or "" for b in self.boroughs]), list(names))

    def _of_wards(self, names: Sequence[str]) -> NDArray[np.bool_]:
        """Return which cells lie in some wards, each named alone or as ``borough/ward``.

        Raises
        ------
        NotHeldError
            If the study area has no such ward.
        BadInputError
            If several boroughs have one of that name.
        """
        alone = [ward or "" for ward in self.wards]
        whole = [f"{b or ''}/{w or ''}" for b, w in zip(self.boroughs, self.wards, strict=True)]
        for name in names:
            homes = sorted({h for w, h in zip(alone, whole, strict=True) if w == name})
            if not homes and name not in whole:
                msg = f"{name!a} is no ward of {self.area.name}."
                known = {*filter(None, alone), *(whole if "/" in name else ())}
                raise NotHeldError(msg, value=name, remedy=did_you_mean(name, known))
            if len(homes) > 1:
                msg = f"There are {len(homes)} wards called {name}."
                raise BadInputError(msg, value=name, remedy=f"Name one of {', '.join(homes)}.")
        return np.isin(alone, list(names)) | np.isin(whole, list(names))
