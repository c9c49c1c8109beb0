"""Our signatures, held against two libraries that we did not write."""

import subprocess
from datetime import timedelta

import orjson
import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from shared.kernel import wall_time
from shared.web.webhooks import headers_of, read, verify, written
from tests.support.node import modules

OLD, NEW, STRANGE = b"o" * 32, b"n" * 32, b"s" * 32
BODY = orjson.dumps({"sequence": "1", "zh": "汇客厅"})
VERIFY = """
const { Webhook } = require("standardwebhooks");
const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
const verdicts = given.secrets.map((secret) => {
  try { new Webhook(secret).verify(given.body, given.headers); return true; } catch { return false; }
});
process.stdout.write(JSON.stringify(verdicts));
"""


def test_the_python_library_takes_either_secret_while_one_follows_the_other() -> None:
    headers = headers_of("msg-1", wall_time(), BODY, [NEW, OLD])
    for secret in (NEW, OLD):
        assert Webhook(written(secret)).verify(BODY, headers) == orjson.loads(BODY)
    with pytest.raises(WebhookVerificationError):
        Webhook(written(STRANGE)).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(written(NEW)).verify(BODY + b" ", headers)


def test_the_node_library_takes_them_too() -> None:
    headers = headers_of("msg-2", wall_time(), BODY, [NEW, OLD])
    given = {"secrets": [written(each) for each in (NEW, OLD, STRANGE)], "headers": headers, "body": BODY.decode()}
    done = subprocess.run(
        ["node", "-e", VERIFY],
        input=orjson.dumps(given),
        capture_output=True,
        check=True,
        timeout=60,
        env={"NODE_PATH": str(modules()), "PATH": "/usr/local/bin:/usr/bin:/bin"},
    )
    assert orjson.loads(done.stdout) == [True, True, False]


def test_what_the_library_signs_we_take_within_five_minutes() -> None:
    now = wall_time()
    signature = Webhook(written(NEW)).sign("msg-3", now, BODY.decode())
    headers = {
        "webhook-id": "msg-3",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": f"v1a,xxx {signature}",
    }
    assert verify(headers, BODY, [OLD, NEW], now)
    assert not verify(headers, BODY, [OLD], now)
    assert not verify(headers, BODY + b" ", [NEW], now)
    assert not verify(headers | {"webhook-id": "msg-4"}, BODY, [NEW], now)
    assert not verify(headers, BODY, [NEW], now + timedelta(minutes=6))
    assert not verify(headers | {"webhook-timestamp": "soon"}, BODY, [NEW], now)
    assert not verify({}, BODY, [NEW], now)


def test_a_secret_is_read_as_it_is_written() -> None:
    assert read(written(NEW)) == NEW
    with pytest.raises(ValueError, match="no secret"):
        read("whsec_***")
