"""Hot spots fixed for a term: choosing them, promising their visits, telling lasting ones."""

from rightplace.deploy.hot_spots.choice import first_places, with_least_visits
from rightplace.deploy.hot_spots.streaks import months_in_a_row

__all__ = ["first_places", "months_in_a_row", "with_least_visits"]
