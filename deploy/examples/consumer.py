"""A partner agency takes deliveries: checks the signature, takes each number once, asks for what is missing."""

import itertools
import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

FEED, TOKEN = os.environ["LOUNGE_FEED"], os.environ["LOUNGE_TOKEN"]
WEBHOOK = Webhook(os.environ["LOUNGE_SECRET"])
held: dict[int, Any] = {}  # keep it in your database, in the transaction of what you do with a delivery


def take(event: dict[str, Any]) -> None:
    number = int(event["sequence"])
    if number == 0 or number in held:  # 0 is a test
        return
    held[number] = event.get("data")
    print(number, event["type"], flush=True)
    if event["type"] == "cn.lounge.partner.delivery_withdrawn.v1" and "data" in event:
        held.update(dict.fromkeys(event["data"]["numbers"]))  # drop all that came of them; the numbers stay taken
        print("dropped", *event["data"]["numbers"], flush=True)


def ask_for_missing(before: int) -> None:
    while (first := next(number for number in itertools.count(1) if number not in held)) < before:
        try:
            with urlopen(Request(f"{FEED}?after={first - 1}", headers={"Authorization": f"Bearer {TOKEN}"})) as answer:
                for event in json.load(answer)["deliveries"]:
                    take(event)
        except HTTPError as refused:
            problem = json.load(refused)
            if problem["type"] != "deliveries-gone":
                raise
            for number in range(first, problem["details"]["oldest"]):  # no longer kept: nobody can send them any more
                held.setdefault(number, None)


class Hook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            event = WEBHOOK.verify(body, dict(self.headers.items()))
            ask_for_missing(int(event["sequence"]))
            take(event)
            self.send_response(204)
        except WebhookVerificationError:
            self.send_response(401)
        except OSError:
            self.send_response(503)  # it comes again
        self.end_headers()


server = HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Hook)
print("listening", flush=True)
server.serve_forever()
