"""What travels between the stages of the pipeline, one frozen type per arrow.

upload -> read -> RawRow -> validate -> CleanRow -> plan -> RowPlan(Steps) -> execute -> RowOutcome -> record

Validating also needs `Lookups` (what cells may name), planning also needs `State` (what the catalog holds now).
"""

from course_discovery_bulk.data.catalog import CourseSnapshot as CourseSnapshot
from course_discovery_bulk.data.catalog import EditorSnapshot as EditorSnapshot
from course_discovery_bulk.data.catalog import Needs as Needs
from course_discovery_bulk.data.catalog import OwnerSnapshot as OwnerSnapshot
from course_discovery_bulk.data.catalog import Person as Person
from course_discovery_bulk.data.catalog import RunSnapshot as RunSnapshot
from course_discovery_bulk.data.catalog import State as State
from course_discovery_bulk.data.evidence import NO_EVIDENCE as NO_EVIDENCE
from course_discovery_bulk.data.evidence import Evidence as Evidence
from course_discovery_bulk.data.evidence import Proof as Proof
from course_discovery_bulk.data.lookups import Entry as Entry
from course_discovery_bulk.data.lookups import Lookups as Lookups
from course_discovery_bulk.data.lookups import LookupTable as LookupTable
from course_discovery_bulk.data.people import FoundPeople as FoundPeople
from course_discovery_bulk.data.rows import CLEAR as CLEAR
from course_discovery_bulk.data.rows import CleanRow as CleanRow
from course_discovery_bulk.data.rows import Clear as Clear
from course_discovery_bulk.data.rows import FileFacts as FileFacts
from course_discovery_bulk.data.rows import RawRow as RawRow
from course_discovery_bulk.data.rows import RowOutcome as RowOutcome
from course_discovery_bulk.data.rows import RowPlan as RowPlan
from course_discovery_bulk.data.rows import Summary as Summary
from course_discovery_bulk.data.steps import DOWNLOAD as DOWNLOAD
from course_discovery_bulk.data.steps import REF as REF
from course_discovery_bulk.data.steps import RUN_KEY as RUN_KEY
from course_discovery_bulk.data.steps import Step as Step
from course_discovery_bulk.data.steps import collaborator_result as collaborator_result
from course_discovery_bulk.data.steps import download as download
from course_discovery_bulk.data.steps import ref as ref
from course_discovery_bulk.text.folding import fold as fold
