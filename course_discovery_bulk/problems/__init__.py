"""What the product can state about a file, a row or a cell: the kinds, and the problems that are made of them."""

from course_discovery_bulk.problems.bounds import Allowance as Allowance
from course_discovery_bulk.problems.bounds import bounded_reading as bounded_reading
from course_discovery_bulk.problems.catalogue import *  # noqa: F403 - every kind has its name here
from course_discovery_bulk.problems.problem import ERROR as ERROR
from course_discovery_bulk.problems.problem import MOST_NAMED as MOST_NAMED
from course_discovery_bulk.problems.problem import NOTE as NOTE
from course_discovery_bulk.problems.problem import Place as Place
from course_discovery_bulk.problems.problem import Problem as Problem
from course_discovery_bulk.problems.problem import ProblemType as ProblemType
from course_discovery_bulk.problems.problem import clip as clip
from course_discovery_bulk.problems.problem import each_once as each_once
from course_discovery_bulk.problems.problem import for_several as for_several
from course_discovery_bulk.problems.problem import named_briefly as named_briefly
from course_discovery_bulk.problems.problem import problem as problem
from course_discovery_bulk.problems.problem import suggestion as suggestion
from course_discovery_bulk.problems.problem import without_facts as without_facts
from course_discovery_bulk.problems.suggestions import suggested_values as suggested_values
from course_discovery_bulk.problems.translation import translated as translated
