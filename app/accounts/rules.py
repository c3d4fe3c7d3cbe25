"""Who may do what: roles, actions, scopes, and the one policy table (TRUST.md, 4.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What a person is in the system. PUBLIC is anybody who is not signed in."""

    PUBLIC = "public"
    DONOR = "donor"
    DONOR_ADMIN = "donor-admin"
    GROUP_LEADER = "group-leader"
    WARD_OFFICER = "ward-officer"
    WARD_APPROVER = "ward-approver"
    PROVINCE_OFFICER = "province-officer"
    VOLUNTEER = "volunteer"
    EVENT_LEAD = "event-lead"
    INSPECTOR = "inspector"
    AUDITOR = "auditor"
    SYSTEM_ADMIN = "system-admin"
    SYSTEM = "system"


class Scope(StrEnum):
    """How far a permission reaches: the letters O, G, W, P, E, S, A of the policy table."""

    OWN = "own"
    GROUP = "group"
    WARD = "ward"
    PROVINCE = "province"
    EVENT = "event"
    SAMPLE = "sample"
    ALL = "all"


class Action(StrEnum):
    """What a route lets somebody do. Every route has exactly one."""

    USE_OWN_ACCOUNT = "use-own-account"
    MAKE_PLEDGE = "make-pledge"
    PLEDGE_ON_BEHALF = "pledge-on-behalf"
    VET_PLEDGE = "vet-pledge"
    SEE_HOUSEHOLDS = "see-households"
    REGISTER_HOUSEHOLD = "register-household"
    IMPORT_HOUSEHOLDS = "import-households"
    REVEAL_IDENTITY = "reveal-identity"
    END_KIN = "end-kin"
    VERIFY = "verify"
    APPROVE = "approve"
    SEE_NEEDS = "see-needs"
    START_MATCHING = "start-matching"
    SEE_PROPOSALS = "see-proposals"
    PREPARE_PROPOSALS = "prepare-proposals"
    DECIDE_PROPOSALS = "decide-proposals"
    PROPOSE_POLICY = "propose-policy"
    APPROVE_POLICY = "approve-policy"
    HOLD_BALLOT = "hold-ballot"
    CAST_VOTE = "cast-vote"
    TAKE_IN_GOODS = "take-in-goods"
    SEE_HANDOVERS = "see-handovers"
    PLAN_HANDOVER = "plan-handover"
    HAND_OVER = "hand-over"
    CONFIRM_HANDOVER = "confirm-handover"
    SEE_CATALOGUE = "see-catalogue"
    SET_UP_WARD = "set-up-ward"
    SEE_REPORTS = "see-reports"
    EXPORT_WITH_IDENTITIES = "export-with-identities"
    SEE_AUDIT = "see-audit"
    SEE_JOBS = "see-jobs"
    SEE_OUTGOING_NOTICES = "see-outgoing-notices"
    SEE_CAMPAIGNS = "see-campaigns"
    PREPARE_CAMPAIGN = "prepare-campaign"
    AGREE_CAMPAIGN = "agree-campaign"
    RELEASE_NOTICES = "release-notices"
    WRITE_WORDS = "write-words"
    TELL_AT_HOME = "tell-at-home"
    SEE_STAFF = "see-staff"
    PROPOSE_STAFF = "propose-staff"
    AGREE_STAFF = "agree-staff"
    MIND_CHANNELS = "mind-channels"
    ENTER_TOKEN = "enter-token"  # noqa: S105 - a deed's name, no secret.


_W = Scope.WARD
_WARD_STAFF = {Role.WARD_OFFICER: _W, Role.WARD_APPROVER: _W}
_SIGNED_IN: Mapping[Role, Scope] = {
    r: Scope.OWN for r in Role if r not in {Role.PUBLIC, Role.SYSTEM}
}

POLICY: Mapping[Action, Mapping[Role, Scope]] = MappingProxyType(
    {
        Action.USE_OWN_ACCOUNT: _SIGNED_IN,
        Action.MAKE_PLEDGE: {Role.DONOR: Scope.OWN, Role.DONOR_ADMIN: Scope.OWN},
        Action.PLEDGE_ON_BEHALF: {Role.WARD_OFFICER: _W},
        Action.VET_PLEDGE: _WARD_STAFF | {Role.PROVINCE_OFFICER: Scope.PROVINCE},
        Action.SEE_HOUSEHOLDS: _WARD_STAFF | {Role.GROUP_LEADER: Scope.GROUP},
        Action.REGISTER_HOUSEHOLD: {Role.WARD_OFFICER: _W},
        Action.IMPORT_HOUSEHOLDS: {Role.WARD_OFFICER: _W},
        Action.REVEAL_IDENTITY: _WARD_STAFF,
        Action.END_KIN: _WARD_STAFF,
        Action.VERIFY: {Role.WARD_OFFICER: _W},
        Action.APPROVE: {Role.WARD_APPROVER: _W},
        Action.SEE_NEEDS: _WARD_STAFF,
        Action.START_MATCHING: _WARD_STAFF | {Role.PROVINCE_OFFICER: Scope.PROVINCE},
        Action.SEE_PROPOSALS: _WARD_STAFF | {Role.PROVINCE_OFFICER: Scope.PROVINCE},
        Action.PREPARE_PROPOSALS: _WARD_STAFF,
        Action.DECIDE_PROPOSALS: {Role.WARD_APPROVER: _W},
        Action.PROPOSE_POLICY: _WARD_STAFF | {Role.PROVINCE_OFFICER: Scope.PROVINCE},
        Action.APPROVE_POLICY: {Role.WARD_APPROVER: _W, Role.PROVINCE_OFFICER: Scope.PROVINCE},
        Action.HOLD_BALLOT: _WARD_STAFF | {Role.PROVINCE_OFFICER: Scope.PROVINCE},
        # Those whose voices are weighed: staff, donors, volunteers. Who audits has none.
        Action.CAST_VOTE: _WARD_STAFF
        | {
            Role.PROVINCE_OFFICER: Scope.PROVINCE,
            Role.GROUP_LEADER: Scope.GROUP,
            Role.DONOR: Scope.OWN,
            Role.DONOR_ADMIN: Scope.OWN,
            Role.VOLUNTEER: Scope.EVENT,
            Role.EVENT_LEAD: Scope.EVENT,
        },
        Action.TAKE_IN_GOODS: {Role.WARD_OFFICER: _W},
        Action.SEE_HANDOVERS: _WARD_STAFF
        | {Role.VOLUNTEER: Scope.EVENT, Role.EVENT_LEAD: Scope.EVENT},
        Action.PLAN_HANDOVER: {Role.WARD_OFFICER: _W},
        Action.HAND_OVER: {
            Role.WARD_OFFICER: _W,
            Role.VOLUNTEER: Scope.EVENT,
            Role.EVENT_LEAD: Scope.EVENT,
        },
        Action.CONFIRM_HANDOVER: {Role.WARD_APPROVER: _W},
        Action.SEE_CATALOGUE: _WARD_STAFF
        | {
            Role.PROVINCE_OFFICER: Scope.ALL,
            Role.GROUP_LEADER: Scope.ALL,
            Role.INSPECTOR: Scope.ALL,
            Role.AUDITOR: Scope.ALL,
        },
        Action.SET_UP_WARD: _WARD_STAFF,
        Action.SEE_REPORTS: _WARD_STAFF
        | {
            Role.PROVINCE_OFFICER: Scope.PROVINCE,
            Role.INSPECTOR: Scope.WARD,
            Role.AUDITOR: Scope.ALL,
        },
        Action.EXPORT_WITH_IDENTITIES: {Role.WARD_OFFICER: _W},
        Action.SEE_AUDIT: {
            Role.WARD_OFFICER: Scope.OWN,
            Role.WARD_APPROVER: _W,
            Role.PROVINCE_OFFICER: Scope.PROVINCE,
            Role.AUDITOR: Scope.ALL,
        },
        Action.SEE_JOBS: _WARD_STAFF | {Role.SYSTEM_ADMIN: Scope.ALL},
        Action.SEE_OUTGOING_NOTICES: _WARD_STAFF,
        # Of a campaign that reaches many: the officer puts it to a second person, of the ward or
        # of the province, who reads whom it reaches in counts only.
        Action.SEE_CAMPAIGNS: _WARD_STAFF | {Role.PROVINCE_OFFICER: Scope.PROVINCE},
        Action.PREPARE_CAMPAIGN: {Role.WARD_OFFICER: _W},
        Action.AGREE_CAMPAIGN: {Role.WARD_APPROVER: _W, Role.PROVINCE_OFFICER: Scope.PROVINCE},
        # Channels serve all wards; whoever sees that nothing leaves may pause and open them.
        Action.MIND_CHANNELS: _WARD_STAFF | {Role.SYSTEM_ADMIN: Scope.ALL},
        Action.ENTER_TOKEN: {Role.SYSTEM_ADMIN: Scope.ALL, Role.WARD_APPROVER: _W},
        Action.WRITE_WORDS: _WARD_STAFF,
        Action.TELL_AT_HOME: _WARD_STAFF | {Role.GROUP_LEADER: Scope.GROUP},
        # After a restore: an operator asks, and a leader of the ward lets messages go.
        Action.RELEASE_NOTICES: {Role.SYSTEM_ADMIN: Scope.ALL, Role.WARD_APPROVER: _W},
        Action.SEE_STAFF: {
            Role.SYSTEM_ADMIN: Scope.ALL,
            Role.WARD_APPROVER: _W,
            Role.PROVINCE_OFFICER: Scope.PROVINCE,
        },
        Action.PROPOSE_STAFF: {Role.SYSTEM_ADMIN: Scope.ALL},
        Action.AGREE_STAFF: {Role.WARD_APPROVER: _W, Role.PROVINCE_OFFICER: Scope.PROVINCE},
    }
)

# Two roles that one person may not hold in one ward: each is the other's second pair of eyes.
INCOMPATIBLE = frozenset(
    {
        frozenset({Role.WARD_OFFICER, Role.WARD_APPROVER}),
        frozenset({Role.WARD_APPROVER, Role.AUDITOR}),
        frozenset({Role.WARD_OFFICER, Role.AUDITOR}),
    }
    | {
        frozenset({Role.SYSTEM_ADMIN, r})
        for r in Role
        if r not in {Role.SYSTEM_ADMIN, Role.PUBLIC, Role.SYSTEM}
    }
)
# What a proposal may ask for, by the kind of place it is for. Administrators are let in from the
# machine itself (`account add`): nobody proposes a second of their own kind.
WARD_ROLES = frozenset(
    {
        Role.WARD_OFFICER,
        Role.WARD_APPROVER,
        Role.GROUP_LEADER,
        Role.VOLUNTEER,
        Role.EVENT_LEAD,
        Role.INSPECTOR,
    }
)
PROVINCE_ROLES = frozenset({Role.PROVINCE_OFFICER, Role.AUDITOR})
STAFF = frozenset(Role) - {Role.PUBLIC, Role.DONOR, Role.DONOR_ADMIN, Role.SYSTEM}
# Who must have a second factor where the site asks for it: staff and whoever speaks for a firm.
# Volunteers come for a shift and see a first name and a slot.
SECOND_FACTOR = (STAFF | {Role.DONOR_ADMIN}) - {Role.VOLUNTEER, Role.EVENT_LEAD}
MAX_ASSIGNMENT = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a sign-in lasts: without a request, and at most."""

    idle: timedelta
    absolute: timedelta


def session_limits(role: Role) -> SessionLimits:
    """Staff: 30 minutes idle (approver and administrator 15), 12 hours; donors 8 h and 30 days."""
    if role in {Role.DONOR, Role.DONOR_ADMIN}:
        return SessionLimits(timedelta(hours=8), timedelta(days=30))
    strict = role in {Role.WARD_APPROVER, Role.SYSTEM_ADMIN}
    return SessionLimits(timedelta(minutes=15 if strict else 30), timedelta(hours=12))


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts in this request or job, and how far.

    ward_codes: the wards whose protected rows the database will show ("*" for named system
    jobs). group_ids: for group leaders. donor_id: for donors.
    """

    account_id: str | None
    role: Role
    name: str = ""
    ward_codes: frozenset[str] = frozenset()
    province_code: str | None = None
    group_ids: frozenset[str] = frozenset()
    donor_id: str | None = None
    assignment_id: str | None = None
    session_id: str | None = None
    has_second_factor: bool = False

    @property
    def role_name(self) -> str:
        """The role as the audit writes it."""
        return self.role.value

    @property
    def home_ward(self) -> str | None:
        """The one ward of ward staff, which their lists and forms start from."""
        return min(self.ward_codes) if len(self.ward_codes) == 1 else None

    def may(self, action: Action) -> bool:
        """Whether the policy gives this role the action at all; scope is the queries' matter."""
        return self.role in POLICY[action]


NOBODY = Actor(account_id=None, role=Role.PUBLIC)
SYSTEM = Actor(account_id=None, role=Role.SYSTEM, ward_codes=frozenset({"*"}))
