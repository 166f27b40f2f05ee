"""The ready files for a path of the clinic's own website: the proxies themselves take them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from deploy.settings import ROOT
from tests.deploy.test_install import apache_check, caddy_check, certificate, nginx_check

PROXIES = ROOT / "deploy" / "proxies"
AROUND = {
    "nginx": "server {{ listen 127.0.0.1:1443 ssl; ssl_certificate {folder}/fullchain.pem; "
    "ssl_certificate_key {folder}/privkey.pem; {text} }}",
    "caddy": "{text}",
    "apache": "<VirtualHost *:443>\n{text}\n</VirtualHost>",
}
CHECKS = {"nginx": nginx_check, "caddy": caddy_check, "apache": apache_check}


@pytest.mark.thorough
@pytest.mark.parametrize("proxy", AROUND)
def test_the_proxy_takes_its_file_for_a_path(tmp_path: Path, proxy: str) -> None:
    certificate(tmp_path)
    text = (PROXIES / f"below-a-path.{proxy}").read_text(encoding="utf-8")
    website = tmp_path / "website"
    website.write_text(AROUND[proxy].format(folder=tmp_path, text=text), encoding="utf-8")
    done = subprocess.run(CHECKS[proxy](website, tmp_path), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("proxy", AROUND)
def test_the_path_goes_on_and_so_does_the_visitors_address_alone(proxy: str) -> None:
    text = (PROXIES / f"below-a-path.{proxy}").read_text(encoding="utf-8")
    assert "https://www.clinic.example/chat-desk in" in " ".join(text.replace("#", " ").split())
    assert {
        "nginx": "X-Forwarded-For $remote_addr;",
        "caddy": "handle /chat-desk/*",
        "apache": "RequestHeader unset X-Forwarded-For early",
    }[proxy] in text
