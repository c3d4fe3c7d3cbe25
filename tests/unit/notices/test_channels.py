"""Every adapter speaks its provider's protocol, and says rightly what is known of a message."""

import json

import pytest

from app.notices.channels import NotTaken, OutcomeUnknown, Then
from app.notices.channels.esms import Esms
from app.notices.channels.local import File
from app.notices.channels.speedsms import SpeedSms
from app.notices.channels.zalo import Zalo
from app.notices.rules import Channel, Letter, Template
from tests.harness.providers import DOWN, LOST, SLOW, provider_server


class Book:
    """Tokens in memory."""

    def __init__(self, access="access-1", refresh="refresh-1"):
        self.access, self.refresh = access, refresh

    def current(self):
        return self.access

    def renewed(self, refused, renew):
        if self.access in {"", refused}:
            fresh = renew(self.refresh)
            self.access, self.refresh = fresh.access, fresh.refresh
        return self.access


@pytest.fixture
def provider():
    with provider_server() as running:
        yield running


@pytest.fixture
def letter():
    return Letter(
        key="nc-7",
        template=Template.INVITATION,
        channel=Channel.SMS,
        address="+84912345678",
        subject="",
        text="Nhip Cau: Moi ho ong/ba Lan nhan qua",
        html=None,
        facts={"name": "Lan", "at": "08:00 24/11/2026"},
    )


@pytest.fixture
def esms(provider):
    return Esms(provider.base, "key", "secret", "NHIPCAU", "https://site.example/{}".format)


@pytest.fixture
def zalo(provider):
    ids = {"invitation": "300100"}
    return Zalo(provider.base, provider.base, "app-1", "app-secret", ids, Book())


@pytest.fixture
def speedsms(provider):
    return SpeedSms(provider.base, "token", "NHIPCAU", 2)


def refusal_of(adapter, letter):
    with pytest.raises(NotTaken) as refused:
        adapter.deliver(letter)
    return refused.value


def test_esms_gets_the_fields_it_documents(esms, provider, letter):
    assert esms.deliver(letter) == "E1"

    assert provider.taken["nc-7"] == {
        "ApiKey": "key",
        "SecretKey": "secret",
        "Phone": "84912345678",
        "Content": letter.text,
        "Brandname": "NHIPCAU",
        "SmsType": "2",
        "IsUnicode": 0,
        "Sandbox": 0,
        "RequestId": "nc-7",
        "CallbackUrl": "https://site.example/nc-7",
    }


def test_esms_that_took_a_message_and_lost_its_answer_is_asked_under_the_same_id(
    esms, provider, letter
):
    provider.behave = [LOST]

    with pytest.raises(OutcomeUnknown):
        esms.deliver(letter)

    assert esms.deliver(letter) == "nc-7"
    assert list(provider.taken) == ["nc-7"]


@pytest.mark.parametrize(
    ("code", "then"),
    [
        ("101", Then.PAUSE_CHANNEL),
        ("103", Then.PAUSE_CHANNEL),
        ("104", Then.PAUSE_CHANNEL),
        ("146", Then.NEXT_CHANNEL),
        ("177", Then.NEXT_CHANNEL),
        ("999", Then.NEXT_CHANNEL),
    ],
)
def test_a_code_of_esms_says_what_follows(esms, provider, letter, code, then):
    provider.behave = [code]

    assert refusal_of(esms, letter).then is then
    assert provider.taken == {}


@pytest.mark.parametrize("name", ["esms", "zalo", "speedsms"])
def test_a_provider_that_is_down_has_not_taken_the_message(request, provider, letter, name):
    provider.behave = [DOWN]

    assert refusal_of(request.getfixturevalue(name), letter).then is Then.TRY_AGAIN


@pytest.mark.parametrize("name", ["zalo", "speedsms"])
def test_a_lost_answer_leaves_the_outcome_unknown(request, provider, letter, name):
    provider.behave = [LOST]

    with pytest.raises(OutcomeUnknown):
        request.getfixturevalue(name).deliver(letter)


def test_a_provider_that_cannot_be_reached_has_nothing(letter):
    away = SpeedSms("http://127.0.0.1:1", "token", "NHIPCAU", 2)

    assert refusal_of(away, letter).code == "server-not-reached"


def test_a_slow_answer_is_waited_for(esms, provider, letter):
    provider.behave = [SLOW]

    assert esms.deliver(letter) == "E1"


def test_speedsms_signs_in_with_its_token(speedsms, provider, letter):
    assert speedsms.deliver(letter) == "42"

    call = provider.calls[0]
    assert call["headers"]["Authorization"] == "Basic dG9rZW46eA=="
    expected = {"to": ["84912345678"], "content": letter.text, "sms_type": 2, "sender": "NHIPCAU"}
    assert call["body"] == expected


def test_speedsms_without_money_pauses_the_channel(speedsms, provider, letter):
    provider.behave = ["account balance not enough"]

    assert refusal_of(speedsms, letter).then is Then.PAUSE_CHANNEL


def test_zalo_gets_the_fields_it_documents(zalo, provider, letter):
    assert zalo.deliver(letter) == "zalo-1"

    call = provider.calls[0]
    assert call["body"] == {
        "phone": "84912345678",
        "template_id": "300100",
        "template_data": {"name": "Lan", "at": "08:00 24/11/2026"},
        "tracking_id": "nc-7",
    }
    assert call["headers"]["access_token"] == "access-1"
    assert len(call["headers"]["appsecret_proof"]) == 64


def test_zalo_gets_a_new_token_once_when_it_refuses_the_old_one(zalo, provider, letter):
    zalo.tokens.access = "stale"

    assert zalo.deliver(letter) == "zalo-1"
    assert len(provider.renewals) == 1
    assert zalo.tokens.refresh == "refresh-2"


def test_zalo_that_refuses_the_refresh_token_pauses_the_channel(zalo, provider, letter):
    zalo.tokens.access, zalo.tokens.refresh = "stale", "used-up"

    assert refusal_of(zalo, letter).then is Then.PAUSE_CHANNEL
    assert provider.taken == {}


@pytest.mark.parametrize(
    ("codes", "then"),
    [
        ((-133,), Then.NEXT_MORNING),
        ((-108, -118, -119, -114), Then.NEXT_CHANNEL),
        ((-139, -141, -140), Then.OPTED_OUT),
        ((-109, -111, -112, -1121, -1122, -1124, -130, -131, -146), Then.NEXT_CHANNEL),
        ((-144, -147, -1441, -1471), Then.NEXT_DAY),
        ((-32,), Then.TRY_AGAIN),
        ((-115, -137, -126), Then.PAUSE_CHANNEL),
    ],
)
def test_every_error_of_zalo_has_its_action(zalo, provider, letter, codes, then):
    for code in codes:
        provider.behave = [code]
        assert refusal_of(zalo, letter).then is then
    assert provider.taken == {}


def test_a_template_that_zalo_does_not_know_goes_by_sms(zalo, letter):
    zalo.templates.clear()

    assert refusal_of(zalo, letter).then is Then.NEXT_CHANNEL


def test_a_file_gets_one_line_a_message(tmp_path, letter):
    way = File(tmp_path / "out.jsonl")

    way.deliver(letter)
    way.deliver(letter)

    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    assert [json.loads(line)["key"] for line in lines] == ["nc-7", "nc-7"]
