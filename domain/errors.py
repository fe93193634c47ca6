"""Every way to say no: stable codes with data, never texts and never status numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

if TYPE_CHECKING:
    from domain.evaluations import RuleResult

Pointer: TypeAlias = tuple[str | int, ...]
"""A JSON pointer as its unescaped steps: ("agenda", 2, "question")."""


def json_pointer(steps: Pointer) -> str:
    """The steps as RFC 6901 writes them: "" is the whole document."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with what was sent: where, which code, and the data its text needs."""

    code: str
    pointer: Pointer = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


class DomainError(Exception):
    """A refusal: `code` is stable for ever, `facts` is what a text in any language needs to explain it."""

    code: ClassVar[str]

    def __init__(self, *, pointer: Pointer = (), **facts: Any) -> None:
        super().__init__(self.code)
        self.pointer = pointer
        self.facts = facts


class NotFound(DomainError):
    """There is nothing here that the asker may see; says the same for foreign, hidden and imagined ids."""

    code = "not_found"


class Forbidden(DomainError):
    """The asker may see the thing but may not do this with it. Facts: permission."""

    code = "forbidden"


class NotProvisioned(DomainError):
    """The token is valid, but nobody in this tenant answers to its issuer and subject."""

    code = "not_provisioned"


class Inactive(DomainError):
    """The person is known, but no longer active in this tenant."""

    code = "person_inactive"


class Conflict(DomainError):
    """Not now: the state of the thing forbids it. Subclasses name which state."""

    code = "conflict"


class WrongState(Conflict):
    """A transition that the state machine has no arrow for. Facts: state, verb, allowed."""

    code = "wrong_state"


class AlreadyStarted(Conflict):
    """The meeting has begun: what was to be done before it can't be done any more."""

    code = "already_started"


class AgendaFrozen(Conflict):
    """The agenda is published: it changes by its own rules, not as a draft."""

    code = "agenda_frozen"


class AlreadyExists(Conflict):
    """Something unique is taken within the tenant; the pointer says which of what was sent."""

    code = "already_exists"


class Cycle(Conflict):
    """An organisation would become its own ancestor at some date. Facts: on."""

    code = "organisation_cycle"


class PeriodOverlap(Conflict):
    """Two periods of the same thing would hold at the same time."""

    code = "period_overlap"


class StillInUse(Conflict):
    """It can't be closed while others stand on it. Facts: by, count."""

    code = "still_in_use"


class LastAdministrator(Conflict):
    """Nobody would be left who administers the municipality: somebody else has to be given the role first."""

    code = "last_administrator"


class Invalid(DomainError):
    """The request was understood but can't be accepted as it stands; every fault at once."""

    code = "invalid"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.faults = tuple(faults)


class RulesBroken(Conflict):
    """The agenda breaks rules that are required here; carries every violation, advisory ones too."""

    code = "rule_violation"

    def __init__(self, violations: Sequence["RuleResult"]) -> None:
        super().__init__(count=len(violations))
        self.violations = tuple(violations)


class RuleNotOverridable(Conflict):
    """This rule holds without exception. Facts: rule_code."""

    code = "rule_not_overridable"


class OverrideReasonRequired(DomainError):
    """An override without a reason code is not a decision. Facts: rule_code, allowed."""

    code = "override_reason_required"


class PreconditionRequired(DomainError):
    """A change must say in If-Match which revision it was made from."""

    code = "precondition_required"


class PreconditionFailed(DomainError):
    """Somebody else changed it meanwhile. Facts: revision (the current one)."""

    code = "precondition_failed"


class IdempotencyKeyInUse(Conflict):
    """A request with the same key is still under way."""

    code = "idempotency_key_in_use"


class IdempotencyKeyReused(DomainError):
    """The key has been used for another request; a key stands for one request only."""

    code = "idempotency_key_reused"
