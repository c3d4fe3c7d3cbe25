"""Pages of the policy's versions: their list, one with what it changes, proposing, approving."""

from dataclasses import replace

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.rules import Action
from app.infra.i18n import _
from app.infra.transaction import Session, transaction
from app.kernel.clock import now, today
from app.matching import ballot_words, policy_words, texts
from app.matching.actions import policies as actions
from app.matching.policy_form import CompareForm, PolicyFormBase, form_class
from app.matching.queries.ballots import counted_ballots
from app.matching.queries.comparisons import comparisons_of, pasts_to_choose
from app.matching.queries.policy import (
    VersionRow,
    load_policy,
    policy_kinds,
    policy_versions,
    version_among,
)
from app.matching.rules.policy import PolicyRules
from app.matching.rules.policy_checks import faults_in
from app.matching.rules.policy_versions import PolicyState
from app.matching.views.blueprint import bp, page


@bp.get("/runs/policies")
@requires(Action.SEE_PROPOSALS)
def policies() -> ResponseReturnValue:
    """Every version of the policy: from when, by whom, approved by whom."""
    with transaction(read_only=True) as session:
        found = policy_versions(session, today())
        advice = ballot_words.advice(counted_ballots(session, current_actor()), found)
    may_propose = current_actor().may(Action.PROPOSE_POLICY)
    return page(
        "policies",
        versions=found,
        states=policy_words,
        may_propose=may_propose,
        advice=advice,
        today=today(),
    )


@bp.get("/runs/policies/<int:version>")
@requires(Action.SEE_PROPOSALS)
def policy_version(version: int) -> ResponseReturnValue:
    """One version: what it changes against the one in force, or against the one before it."""
    with transaction(read_only=True) as session:
        return version_page(session, policy_versions(session, today()), version)


def version_page(
    session: Session, versions: list[VersionRow], number: int, form: CompareForm | None = None
) -> str:
    """The page of one version. form: as it was sent, to be shown again."""
    actor, row = current_actor(), version_among(versions, number)
    kinds = policy_kinds(session, row.rules)
    against = _against(versions, row)
    names = {entry.kind.code: texts.kind_label(entry.kind) for entry in kinds}
    may_approve = actor.may(Action.APPROVE_POLICY) and row.state is PolicyState.DRAFT
    return page(
        "policy_version",
        row=row,
        rules=row.rules,
        kinds=kinds,
        against=against,
        changes=policy_words.changes_between(against.rules, row.rules, names) if against else [],
        states=policy_words,
        today=today(),
        may_approve=may_approve and row.created_by != actor.account_id,
        is_own=row.state is PolicyState.DRAFT and row.created_by == actor.account_id,
        form=form or compare_form(session, versions, number),
        comparisons=comparisons_of(session, actor, number),
        advice=ballot_words.advice(counted_ballots(session, actor, number), versions),
    )


def compare_form(session: Session, versions: list[VersionRow], number: int) -> CompareForm:
    """The form that compares a version with any other over what the actor may replay."""
    others = [row for row in versions if row.version != number]
    # Stable, so that the newest comes first among the rest.
    others.sort(key=lambda row: row.state is not PolicyState.IN_FORCE)
    form = CompareForm(request.form)
    form.offer(
        [(row.version, policy_words.version_label(row)) for row in others],
        [
            (past.key, policy_words.past_label(past))
            for past in pasts_to_choose(session, current_actor())
        ],
    )
    return form


def _against(versions: list[VersionRow], row: VersionRow) -> VersionRow | None:
    """What a reader compares with: what holds now, for what does not hold yet; else the last."""
    if row.state in {PolicyState.DRAFT, PolicyState.COMING}:
        return next((v for v in versions if v.state is PolicyState.IN_FORCE), None)
    return next((v for v in versions if v.version < row.version and v.approved_at), None) or next(
        (v for v in versions if v.version < row.version and v.created_by is None), None
    )


@bp.route("/runs/policies/new", methods=["GET", "POST"])
@requires(Action.PROPOSE_POLICY)
def new_policy() -> ResponseReturnValue:
    """Propose a version, starting from the numbers in force."""
    with transaction() as session:
        base = _base(session)
        form = _form(session, base)
        if request.method == "POST" and form.validate() and _stands(form, base):
            version = actions.propose_policy(session, current_actor(), form.draft(base), now=now())
            flash_done(_("Đã gửi bản chính sách mới. Một người khác sẽ duyệt."))
            return done(session, "matching.policy_version", version=version)
        if not form.reason.raw_data:
            form.show(base)
            form.valid_from.data = today()
    return page("policy_new", form=form, rules=base), 422 if request.method == "POST" else 200


def _base(session: Session) -> PolicyRules:
    """The rules in force, with a rule for every kind that is open now."""
    rules = load_policy(session).rules
    return replace(
        rules, kinds={entry.kind.code: entry.rule for entry in policy_kinds(session, rules)}
    )


def _form(session: Session, base: PolicyRules) -> PolicyFormBase:
    names = {e.kind.code: texts.kind_label(e.kind) for e in policy_kinds(session, base)}
    return form_class(base, texts.GROUPS, names)(request.form)


def _stands(form: PolicyFormBase, base: PolicyRules) -> bool:
    """Whether something is new and the numbers agree; else the form shows what is wrong."""
    rules = form.draft(base).rules
    if replace(rules, name=base.name) == base:
        form.form_errors.append(_("Chưa đổi số nào so với bản đang áp dụng."))
        return False
    faults = faults_in(rules)
    form.mark((fault, policy_words.fault_words(fault)) for fault in faults)
    return not faults


@bp.post("/runs/policies/<int:version>/approve")
@requires(Action.APPROVE_POLICY)
def approve_policy(version: int) -> ResponseReturnValue:
    """Let a proposed version hold from its day on."""
    with transaction() as session:
        actions.approve_policy(session, current_actor(), version, now=now())
        flash_done(_("Đã duyệt. Bản này áp dụng từ ngày ghi trên trang."))
        return done(session, "matching.policy_version", version=version)
