"""Tables to Altair charts: each function draws one finding at a given width and describes it in words."""

from trial.charts.biomarkers import (
    directions,
    smallest_p,
    volcano,
)
from trial.charts.context import (
    prevalence,
    progression,
)
from trial.charts.design import (
    calendar,
    dose_ladder,
    flat_rate,
    mtd_distribution,
    passing,
)
from trial.charts.harm import (
    events_by_dose,
    forty_four_events,
    interval_methods,
    k_of_n,
    line_up,
    none_chosen,
    none_seen,
    rules_out,
)
from trial.charts.imaging import (
    cutoffs,
    few_people,
    find_the_trial,
    how_fast,
    lesions_chosen,
    luck,
    new_lesion_count,
    three_worlds,
)
from trial.charts.people import (
    hundred_trials,
    timeline,
    twelve_people,
)
from trial.charts.planning import (
    more_people,
    people_needed,
)

__all__ = [
    "line_up",
    "flat_rate",
    "calendar",
    "dose_ladder",
    "mtd_distribution",
    "passing",
    "events_by_dose",
    "forty_four_events",
    "hundred_trials",
    "interval_methods",
    "k_of_n",
    "none_chosen",
    "none_seen",
    "rules_out",
    "timeline",
    "twelve_people",
    "directions",
    "smallest_p",
    "cutoffs",
    "few_people",
    "find_the_trial",
    "volcano",
    "how_fast",
    "lesions_chosen",
    "luck",
    "new_lesion_count",
    "three_worlds",
    "more_people",
    "people_needed",
    "prevalence",
    "progression",
]
