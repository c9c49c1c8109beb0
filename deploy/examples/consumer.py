"""A partner agency takes deliveries: checks the signature, takes each number once, asks for what is missing."""

import itertools
import json
import os
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

FEED, TOKEN = os.environ["LOUNGE_FEED"], os.environ["LOUNGE_TOKEN"]
WEBHOOK = Webhook(os.environ["LOUNGE_SECRET"])
taken: set[int] = set()  # keep it in your database, in the transaction of what you do with a delivery


def take(event: dict[str, str]) -> None:
    number = int(event["sequence"])
    if number and number not in taken:  # 0 is a test
        taken.add(number)
        print(number, event["type"], flush=True)


def ask_for_missing(before: int) -> None:
    while (first := next(number for number in itertools.count(1) if number not in taken)) < before:
        ask = urllib.request.Request(f"{FEED}?after={first - 1}", headers={"Authorization": f"Bearer {TOKEN}"})
        with urllib.request.urlopen(ask) as answer:
            for event in json.load(answer)["deliveries"]:
                take(event)


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
        self.end_headers()


server = HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Hook)
print("listening", flush=True)
server.serve_forever()
