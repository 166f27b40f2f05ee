"""An invitation goes by e-mail where mail is set up; whoever invites sees whether it left."""

from __future__ import annotations

import re

from tests.web.browsing import PAGE
from tests.web.conftest import async_fixture, signed_in

NEW = {"name": "New Nurse", "sign_in_name": "new@clinic.example", "roles": ["desk"], "mail": "yes"}


@async_fixture
async def service(services, mailbox):
    return await services.start(smtp_url=mailbox.url, mail_to="desk@example.com")


async def test_the_link_is_mailed_and_opens_the_invitation(service, administrator, mailbox):
    page = (await administrator.posts("/people", **NEW)).text
    assert "The link was e-mailed to new@clinic.example" in page
    (mail,) = mailbox.mails
    assert "To: new@clinic.example" in mail
    link = re.search(r"/invitation/[\w-]{43}", mail.replace("=\r\n", ""))
    assert link
    assert link[0] in page
    assert (await administrator.get(link[0], headers=PAGE)).status_code == 200


async def test_a_mail_that_is_refused_is_said_and_the_link_stays(service, administrator, mailbox):
    mailbox.knows_nobody = True
    page = (await administrator.posts("/people", **NEW)).text
    assert "The e-mail could not be sent" in page
    assert re.search(r"/invitation/[\w-]{43}", page)
    assert mailbox.mails == []


async def test_nothing_is_mailed_unasked_to_a_name_or_without_a_mailbox(
    services, service, administrator, mailbox
):
    for fields in ({**NEW, "mail": ""}, {**NEW, "sign_in_name": "newbie"}):
        assert "Send New Nurse this link" in (await administrator.posts("/people", **fields)).text
    assert mailbox.mails == []
    plain = await services.start()
    async with signed_in(plain, "administrator") as ada:
        assert "by e-mail" not in (await ada.get("/people", headers=PAGE)).text
        made = await ada.posts("/people", **{**NEW, "sign_in_name": "other@clinic.example"})
        assert "Send New Nurse this link" in made.text
