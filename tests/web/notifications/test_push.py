"""Web Push: devices of who is on duty are told that somebody waits, encrypted, and never what."""

from __future__ import annotations

import json
import stat
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.web.browsing import PAGE
from tests.web.conftest import async_fixture, signed_in
from tests.web.desk.chats import asks_for_a_person, talk
from tests.web.notifications.push_service import Device, PushService, claims_in
from tests.web.stand_in_bot import callback, reply
from web import schema
from web.core.errors import Refused
from web.core.settings import PUSH_SERVICES, Settings
from web.hours import on_duty, staff_activity
from web.notifications.push import subscriptions
from web.notifications.push.encryption import encrypt
from web.notifications.push.sender import PushSender
from web.notifications.push.vapid import decoded, encoded

WAITING = {"text": "Somebody is waiting at the desk", "urgent": False}
URGENT = {"text": "An urgent conversation", "urgent": True}
CRISIS = "I want to kill myself"
DEFAULTS = tuple(name.strip() for name in PUSH_SERVICES.split(","))


@async_fixture
async def push_service():
    async with PushService() as server:
        yield server


@async_fixture
async def service(services, push_service):
    """Its sender works when it is told to, so that nothing is on its way unseen."""
    started = await services.start(push_services=(push_service.origin,))
    await started.app.ctx.mailer.stop()
    return started


async def turns_on(client, push_service, name: str = "phone") -> Device:
    await client.get("/account/notifications/key")
    device = Device(f"{push_service.origin}/send/{name}")
    answer = await client.posts("/account/notifications", **device.fields)
    assert answer.status_code == 200, answer.text
    return device


async def is_on_duty(service, client) -> None:
    async with service.db.write() as tx:
        now = service.clock()
        await on_duty.i_am_here(tx, client.staff.id, now + timedelta(hours=8), now)


async def sends(service) -> None:
    on_duty_now = service.app.ctx.context.on_duty
    await PushSender(service.settings, service.db, service.clock, on_duty=on_duty_now).send_all()


def told(push_service, device: Device) -> list[dict[str, object]]:
    """What a device was told so far."""
    mine = [each for each in push_service.got if device.endpoint.endswith(each.path)]
    return [json.loads(device.opens(each.body)) for each in mine]


async def test_who_is_on_duty_is_told_that_somebody_waits_and_nothing_else(
    service, push_service, visitor, bot, nurse, second_nurse
):
    phone, other = await turns_on(nurse, push_service), await turns_on(second_nurse, push_service, "other")
    await is_on_duty(service, nurse)
    await asks_for_a_person(visitor, bot)
    await sends(service)
    assert told(push_service, phone) == [WAITING]
    assert told(push_service, other) == []  # off duty
    (sent,) = push_service.got
    said = claims_in(sent.headers["authorization"])
    assert said["aud"] == push_service.origin
    assert 0 < said["exp"] - service.clock().timestamp() <= 24 * 3600
    assert said["key"] == (await nurse.get("/account/notifications/key")).json()["key"]
    assert (sent.headers["content-encoding"], sent.headers["ttl"]) == ("aes128gcm", "3600")
    assert "topic" not in sent.headers


async def test_what_is_urgent_looks_the_same_from_outside(
    service, push_service, visitor, another_visitor, bot, nurse
):
    phone = await turns_on(nurse, push_service)
    await is_on_duty(service, nurse)
    await asks_for_a_person(visitor, bot)
    await sends(service)
    await another_visitor.sends(CRISIS)
    await sends(service)
    assert told(push_service, phone) == [WAITING, URGENT]
    first, second = push_service.got
    assert len(first.body) == len(second.body)
    for name in ("ttl", "urgency", "content-type"):
        assert first.headers[name] == second.headers[name]


async def test_with_nobody_on_duty_a_crisis_reaches_everybody_and_a_question_nobody(
    service, push_service, visitor, another_visitor, bot, nurse, second_nurse
):
    phones = [await turns_on(nurse, push_service), await turns_on(second_nurse, push_service, "other")]
    await asks_for_a_person(visitor, bot)
    await sends(service)
    assert push_service.got == []
    await another_visitor.sends(CRISIS)
    await sends(service)
    assert [told(push_service, phone) for phone in phones] == [[URGENT], [URGENT]]


async def test_what_nobody_answered_in_time_is_told_to_everybody_when_nobody_is_on_duty(
    service, push_service, visitor, bot, nurse
):
    phone = await turns_on(nurse, push_service)
    await asks_for_a_person(visitor, bot)
    await sends(service)
    service.clock.move(timedelta(minutes=6))
    await service.app.ctx.timeout_worker.look()
    await sends(service)
    assert told(push_service, phone) == [WAITING]


async def test_it_is_passed_to_who_is_scheduled_and_has_not_come(
    service, push_service, visitor, bot, nurse, second_nurse, administrator
):
    here, absent = await turns_on(nurse, push_service), await turns_on(second_nurse, push_service, "other")
    await administrator.posts("/desk/escalation", minutes="7", address="")
    await asks_for_a_person(visitor, bot)
    await sends(service)
    now = service.clock()
    async with service.db.write() as tx:
        await tx.execute(schema.shift_exceptions.insert().values(
            id="x", staff_id=second_nurse.staff.id, kind="extra", starts_at=now - timedelta(hours=1),
            ends_at=now + timedelta(hours=3), set_by="x", set_at=now,
        ))  # fmt: skip
    await is_on_duty(service, nurse)
    service.clock.move(timedelta(minutes=8))
    async with service.db.write() as tx:
        await staff_activity.at_the_desk(tx, nurse.staff, now=service.clock())
        await tx.execute(schema.handoffs.update().values(told_again_at=service.clock()))
    await service.app.ctx.timeout_worker.look()
    await sends(service)
    assert told(push_service, absent) == [WAITING]
    assert told(push_service, here) == []  # has the page open, which tells it


async def test_what_was_answered_meanwhile_rings_nowhere(service, push_service, visitor, bot, nurse):
    await turns_on(nurse, push_service)
    await is_on_duty(service, nurse)
    await asks_for_a_person(visitor, bot)
    await nurse.posts(talk(visitor, "reply"), text="hello")
    await sends(service)
    assert push_service.got == []


async def test_a_request_for_a_call_is_told_too(service, push_service, visitor, bot, nurse):
    phone = await turns_on(nurse, push_service)
    await is_on_duty(service, nurse)
    bot.says(reply("utter_greet"), requests=(callback(first_name="Canary", phone="+15552018834"),))
    await visitor.asks("please call me, I am Canary")
    await sends(service)
    assert told(push_service, phone) == [WAITING]


async def test_a_device_rings_once_for_many_and_again_after_a_while(
    service, push_service, visitor, another_visitor, bot, nurse
):
    phone = await turns_on(nurse, push_service)
    await is_on_duty(service, nurse)
    await asks_for_a_person(visitor, bot)
    await asks_for_a_person(another_visitor, bot)
    await sends(service)
    await sends(service)
    assert told(push_service, phone) == [WAITING]
    await visitor.sends(CRISIS)
    await another_visitor.sends(CRISIS)
    await sends(service)
    await sends(service)
    assert told(push_service, phone) == [WAITING, URGENT]
    service.clock.move(timedelta(minutes=3))
    await visitor.sends(f"{CRISIS} now")
    await sends(service)
    assert told(push_service, phone) == [WAITING, URGENT, URGENT]


async def test_a_push_service_that_is_busy_is_asked_again_and_then_it_shows(
    service, push_service, visitor, bot, nurse
):
    phone = await turns_on(nurse, push_service)
    await is_on_duty(service, nurse)
    await asks_for_a_person(visitor, bot)
    push_service.status = 503
    await sends(service)
    service.clock.move(timedelta(seconds=30))
    push_service.status = 201
    await sends(service)
    assert told(push_service, phone) == [WAITING, WAITING]
    rows = {row["state"] for row in await service.rows(schema.push_messages)}
    assert rows == {"spread", "sent"}


async def test_a_device_that_cannot_be_reached_is_marked_on_its_owners_page(
    service, push_service, visitor, nurse, caplog
):
    phone = await turns_on(nurse, push_service)
    await visitor.sends(CRISIS)
    push_service.status = 403  # as with another key
    for _ in range(7):
        await sends(service)
        service.clock.move(timedelta(minutes=16))
    assert len(push_service.got) == 1 + len(service.settings.limits.push_retries_s)
    assert "given up: HTTP 403" in caplog.text
    assert phone.endpoint not in caplog.text
    async with signed_in(service, "nurse") as again:
        assert "Not reached" in (await again.get("/account", headers=PAGE)).text


@pytest.mark.parametrize("status", [404, 410])
async def test_a_device_that_its_push_service_has_forgotten_is_removed(
    service, push_service, visitor, nurse, status
):
    await turns_on(nurse, push_service)
    push_service.status = status
    await visitor.sends(CRISIS)
    await sends(service)
    assert await service.rows(schema.push_subscriptions) == []
    assert len(push_service.got) == 1


async def test_a_redirect_leads_nowhere(service, push_service, visitor, nurse):
    await turns_on(nurse, push_service)
    push_service.status, push_service.more = 307, f"location: {push_service.origin}/elsewhere\r\n"
    await visitor.sends(CRISIS)
    await sends(service)
    assert [each.path for each in push_service.got] == ["/send/phone"]


async def test_devices_go_with_the_account_that_is_disabled(
    service, push_service, visitor, nurse, administrator
):
    await turns_on(nurse, push_service)
    await administrator.posts(f"/people/{nurse.staff.id}/disable")
    assert await service.rows(schema.push_subscriptions) == []


async def test_who_no_longer_works_at_the_desk_is_told_nothing(
    service, push_service, visitor, nurse, administrator
):
    await turns_on(nurse, push_service)
    await administrator.posts(f"/people/{nurse.staff.id}", name="Nina Nurse", roles="owner")
    await visitor.sends(CRISIS)
    await sends(service)
    assert push_service.got == []


async def test_people_see_and_remove_their_own_devices_only(service, push_service, nurse, second_nurse):
    phone = await turns_on(nurse, push_service)
    await turns_on(nurse, push_service)  # once more: the same one
    (row,) = await service.rows(schema.push_subscriptions)
    own, others = [(await each.get("/account", headers=PAGE)).text for each in (nurse, second_nurse)]
    assert subscriptions.mark_of(phone.endpoint) in own
    assert phone.endpoint not in own
    assert subscriptions.mark_of(phone.endpoint) not in others
    await second_nurse.posts(f"/account/notifications/{row['id']}/remove")
    assert len(await service.rows(schema.push_subscriptions)) == 1
    await nurse.posts(f"/account/notifications/{row['id']}/remove")
    assert await service.rows(schema.push_subscriptions) == []
    async with service.db.read() as tx:
        deeds = [each.did for each in await tx.execute(schema.audit.select())]
    assert [did for did in deeds if did.startswith("account.push")] == ["account.push_on", "account.push_off"]


async def test_a_workstation_that_two_share_rings_once(service, push_service, visitor, nurse, second_nurse):
    device = await turns_on(nurse, push_service)
    assert (await second_nurse.posts("/account/notifications", **device.fields)).status_code == 200
    await visitor.sends(CRISIS)
    await sends(service)
    assert told(push_service, device) == [URGENT]


async def test_the_key_is_a_file_for_us_alone_and_stays_the_same(service, nurse):
    first = (await nurse.get("/account/notifications/key")).json()["key"]
    assert len(decoded(first)) == 65
    assert stat.S_IMODE(service.settings.push_key_file.stat().st_mode) == 0o600
    assert (await nurse.get("/account/notifications/key")).json()["key"] == first
    service.settings.push_key_file.chmod(0o644)
    refused = await nurse.get("/account/notifications/key")
    assert (refused.status_code, "turned on right now" in refused.text) == (400, True)


async def test_address_and_keys_of_a_device_are_sealed(service, push_service, nurse):
    phone = await turns_on(nurse, push_service)
    async with service.db.read() as tx:
        raw = str((await tx.exec_driver_sql("select * from push_subscriptions")).all())
    for secret in phone.fields.values():
        assert secret not in raw


async def test_switched_off_there_is_no_button_and_no_key(services, bot):
    service = await services.start(push_services=())
    async with signed_in(service, "nurse") as nurse:
        assert "data-push" not in (await nurse.get("/account", headers=PAGE)).text
        assert (await nurse.get("/account/notifications/key")).status_code == 400
    assert not service.settings.push_key_file.exists()


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/abc",
        "https://wns2-by3p.notify.windows.com/w/?token=abc",
    ],
)
def test_the_push_services_of_browsers_are_written_to(endpoint):
    assert subscriptions.is_allowed(endpoint, DEFAULTS)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/abc",
        "https://fcm.googleapis.com:8443/abc",
        "https://user@fcm.googleapis.com/abc",
        "https://fcm.googleapis.com@10.0.0.1/abc",
        "https://10.0.0.1/abc",
        "https://[::1]/abc",
        "https://127.0.0.1:8000/desk",
        "http://127.0.0.1:5005/",
        "https://localhost/abc",
        "https://169.254.169.254/latest/meta-data",
        "https://evil.example/fcm.googleapis.com",
        "https://fcm.googleapis.com.evil.example/abc",
        "https://evilfcm.googleapis.com/abc",
        "https://push.apple.com.evil.example/abc",
        "https://evil.example\\@fcm.googleapis.com/abc",
        "https://fcm.googleapis.com /abc",
        "file:///etc/passwd",
        "https://[fcm.googleapis.com/abc",
        "https://fcm.googleapis.com/" + "a" * 1000,
        "",
    ],
)
async def test_no_other_address_is_written_to(endpoint):
    assert not subscriptions.is_allowed(endpoint, DEFAULTS)
    key = ec.generate_private_key(ec.SECP256R1())
    good = Device(endpoint, key=key).fields
    with pytest.raises(Refused):
        subscriptions.read(*good.values(), services=DEFAULTS)


@pytest.mark.parametrize("broken", [{"p256dh": "AAAA"}, {"auth": "AAAA"}, {"p256dh": "?"}, {"auth": ""}])
def test_keys_that_are_none_are_refused(broken):
    fields = {**Device("https://fcm.googleapis.com/fcm/send/abc").fields, **broken}
    with pytest.raises(Refused, match="reload"):
        subscriptions.read(*fields.values(), services=DEFAULTS)


def test_the_defaults_can_be_changed_and_switched_off():
    def read(text):
        return Settings.from_environment({"FRONT_DESK_PUSH_SERVICES": text}).push_services

    assert read("") == DEFAULTS
    assert read("off") == ()
    assert read("push.example.org, http://127.0.0.1:9000") == ("push.example.org", "http://127.0.0.1:9000")


def test_the_example_of_the_standard_comes_out_as_it_stands_there():
    """RFC 8291, appendix A."""
    number = int.from_bytes(decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
    body = encrypt(
        b"When I grow up, I want to be a watermelon",
        p256dh=decoded(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        auth=decoded("BTBZMqHH6r4Tts7J_aSIgg"),
        key=ec.derive_private_key(number, ec.SECP256R1()),
        salt=decoded("DGv6ra1nlYgDCS1FRnbzlw"),
        padded_to=0,
    )
    assert encoded(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
        "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
