"""Whatever belongs to another ward looks as if it were not there, by every way that leads to it."""

import re

import pytest
from sqlalchemy import text

from app.accounts.rules import POLICY, Role
from app.places.models import Province, Ward
from tests.factories.cast import WARD_B
from tests.harness.examples import rehearsed, send

# Their id is a secret that opens the page to whoever has it, or a code that the public may read;
# a channel serves all wards, and a moment is one at which each ward tells in its own words.
OPEN_TO_ALL = {
    "token", "code", "path", "filename", "ending", "done", "version", "key", "mark", "channel",
    "moment",
}  # fmt: skip
# Written down though nothing was shown: that somebody tried.
TRIES = {"attempt", "audit_event", "audit_detail", "idempotency_key", "sign_in"}
ROWS = ("pledge_line", "receipt", "match_run", "policy_comparison")
TOKEN = re.compile(r'(csrf_token|csrf-token|request_key)" (value|content)="[^"]*"')


@pytest.fixture
def strangers(make_actor, make_donor, make_group, session):
    """One of each role whose place is elsewhere: ward B, another province, another donor."""
    session.add(Province(code="99", name="Tỉnh khác", sort_key="tinh khac"))
    session.flush()
    place = {"name": "Xã Khác", "kind": "xã", "sort_key": "xa khac", "search_text": "xa khac"}
    session.add(Ward(code="99001", province_code="99", **place))
    session.flush()
    group = make_group(ward_code=WARD_B, number=5)
    people = {
        role: make_actor(role, f"Lạ {role}", ward_code=WARD_B)
        for role in (
            Role.WARD_OFFICER, Role.WARD_APPROVER, Role.VOLUNTEER, Role.EVENT_LEAD, Role.INSPECTOR
        )
    }  # fmt: skip
    people[Role.GROUP_LEADER] = make_actor(
        Role.GROUP_LEADER, "Lạ tổ", ward_code=WARD_B, group_id=group.id
    )
    people[Role.DONOR] = make_actor(Role.DONOR, "Lạ cho", donor_id=make_donor(name="Lạ").id)
    people[Role.PROVINCE_OFFICER] = make_actor(
        Role.PROVINCE_OFFICER, "Lạ tỉnh", province_code="99", ward_codes={"99001"}
    )
    session.flush()
    return people


@pytest.fixture
def ids(examples, session):
    """Values of addresses that stand for something of ward A, those of pages without forms first.

    By endpoint where a parameter's name alone does not say what it names.
    """
    first = {name: session.execute(text(f"select min(id) from {name}")).scalar() for name in ROWS}
    known = {"matching.why_line": {"line_id": first["pledge_line"]}}
    known |= {"stock.show": {"receipt_id": first["receipt"]}, "": {"run_id": first["match_run"]}}
    sheet = session.execute(text("select min(batch) from notice_step")).scalar()
    known |= {"notices.slips": {"batch": sheet}}
    known |= {"matching.comparison": {"comparison_id": first["policy_comparison"]}}
    for endpoint, example in examples.items():
        known |= {endpoint: example.to, f"{endpoint}, its page": example.page[1]}
    return known


@pytest.fixture
def rehearsal(app, monkeypatch):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with rehearsed(monkeypatch) as written:
        yield written
    app.config["PROPAGATE_EXCEPTIONS"] = None


def addresses(app, ids):
    """Each route that names something, with the ids of something in ward A and of nothing."""
    for rule in app.url_map.iter_rules():
        wanted = rule.arguments - OPEN_TO_ALL
        if not wanted or rule.arguments & OPEN_TO_ALL or rule.endpoint.startswith("components."):
            continue
        own = ids.get(rule.endpoint, {})
        found = own if wanted <= own.keys() else _named(ids.values(), wanted)
        assert found is not None, f"no example names {wanted} for {rule.endpoint}"
        there = {name: found[name] for name in wanted}
        nowhere = {k: 999_999_999 if isinstance(v, int) else "nobody" for k, v in there.items()}
        yield rule, there, nowhere


def _named(known, wanted):
    return next((values for values in known if wanted <= values.keys()), None)


def test_what_is_another_wards_is_answered_like_what_is_not_there(
    browse, ids, strangers, rehearsal, examples
):
    app, shown = browse.app, {}

    for role, stranger in strangers.items():
        browse.sign_in(stranger)
        for rule, there, nowhere in addresses(app, ids):
            door = getattr(app.view_functions[rule.endpoint], "nc_access", None)
            if door is None or role not in POLICY[door]:
                continue
            for method in rule.methods & {"GET", "POST"}:
                rehearsal.clear()
                typed = examples[rule.endpoint].typed if method == "POST" else None
                answers = [ask(browse, rule.endpoint, values, typed) for values in (there, nowhere)]
                same = answers[0] == answers[1] and answers[0][0] in {404, 422}
                if not same or not set(rehearsal) <= TRIES:
                    shown[role, method, rule.endpoint] = answers[0][0], answers[1][0]

    assert shown == {}


def ask(browse, endpoint, values, typed):
    """Status and page, without what differs with every page: tokens and the ids themselves."""
    path = browse.address(endpoint, **values)
    if typed is None:
        answer = browse.client.get(path)
    else:
        tokens = {"csrf_token": browse._csrf_token(), "request_key": "k"}
        answer = send(browse, path, typed | tokens)
    page = TOKEN.sub("", answer.get_data(as_text=True))
    for value in values.values():
        page = page.replace(f"/{value}", "/*")
    return answer.status_code, page


@pytest.fixture
def ours(session, examples):
    """Code and head of each household of ward A."""
    asked = text("select code, head_name from household where ward_code <> :b")
    return session.execute(asked, {"b": WARD_B}).all()


def test_no_list_search_or_file_names_a_household_of_another_ward(
    browse, ours, strangers, rehearsal
):
    app = browse.app
    words = {w.encode() for row in ours for w in row}
    seen = {}

    for role, stranger in strangers.items():
        browse.sign_in(stranger)
        for rule in app.url_map.iter_rules():
            door = getattr(app.view_functions[rule.endpoint], "nc_access", None)
            if rule.arguments or "GET" not in rule.methods or door is None:
                continue
            for query in ("", f"?q={ours[0][0]}&search={ours[0][0]}"):
                body = browse.client.get(rule.rule + query).data
                body = body.replace(ours[0][0].encode(), b"") if query else body
                if found := {w for w in words if w in body}:
                    seen[role, rule.endpoint] = found

    assert seen == {}


def test_ids_of_another_ward_in_a_form_change_nothing(browse, examples, strangers, rehearsal):
    written = {}

    for endpoint, example in sorted(examples.items()):
        stranger = strangers.get(example.who.role) if example.who else None
        ids = {k: v for k, v in example.typed.items() if isinstance(v, list)}
        if stranger is None or example.to or not ids or endpoint == "programmes.create":
            continue
        browse.sign_in(stranger)
        tokens = {"csrf_token": browse._csrf_token(), "request_key": "k"}
        rehearsal.clear()
        browse.client.post(browse.address(endpoint), data=example.typed | tokens)
        if touched := set(rehearsal) - TRIES:
            written[endpoint] = touched

    assert written == {}
