"""The sections of the contract: the method that answers each, and what it may push.

Not here: statuses (`answer`). Invariant: every function of `sink` but `status` stands here once; a test compares with
the WIT.
"""

from __future__ import annotations

from samsyn_adapter.contract import (
    Alert,
    CareLimit,
    Consent,
    Contact,
    Document,
    FunctionalAssessment,
    Infection,
    Medication,
    PersonDetails,
    Plan,
    Service,
    Vaccination,
)

__all__ = ["SECTIONS", "method_of"]

SECTIONS: dict[str, dict[str, type]] = {
    "person": {"person": PersonDetails},
    "alerts": {"alerts": Alert},
    "care-limits": {"care-limits": CareLimit},
    "services": {"services": Service},
    "contacts": {"contacts": Contact},
    "medications": {"medications": Medication},
    "functional-status": {"functional-status": FunctionalAssessment},
    "plans": {"plans": Plan},
    "covid-19": {"vaccinations": Vaccination, "infections": Infection},
    "consents": {"consents": Consent},
    "documents": {"documents": Document},
}
"""For each section the functions of `sink` and the entry that each takes."""


def method_of(section: str) -> str:
    """Name of the method that answers a section: `care-limits` is answered by `care_limits`."""
    return section.replace("-", "_")
