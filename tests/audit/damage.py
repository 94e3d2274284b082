"""One damage for every rule of the audit: it spoils a good plan so that the audit must name the rule.

A damage returns None where a plan gives it nothing to spoil (no posting, no bulk price...).
"""

from __future__ import annotations

from tests.audit.damage_care import CARE
from tests.audit.damage_limits import LIMITS
from tests.audit.damage_people import PEOPLE
from tests.audit.damage_things import THINGS
from tests.audit.edits import Damage

DAMAGES: dict[str, Damage] = {**THINGS, **PEOPLE, **CARE, **LIMITS}
