// A partner agency takes deliveries: checks the signature, takes each number once, asks for the ones that are missing.
const http = require("http");
const { Webhook } = require("standardwebhooks");

const { LOUNGE_FEED, LOUNGE_TOKEN, LOUNGE_SECRET, PORT } = process.env;
const webhook = new Webhook(LOUNGE_SECRET);
const taken = new Set(); // keep it in your database, in the transaction of what you do with a delivery

function take(event) {
  const number = Number(event.sequence);
  if (number === 0 || taken.has(number)) return; // 0 is a test
  taken.add(number);
  console.log(number, event.type);
}

async function askForMissing(before) {
  for (let first = 1; first < before; first++) {
    if (taken.has(first)) continue;
    const answer = await fetch(`${LOUNGE_FEED}?after=${first - 1}`, { headers: { Authorization: `Bearer ${LOUNGE_TOKEN}` } });
    (await answer.json()).deliveries.forEach(take);
  }
}

http.createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  try {
    const event = webhook.verify(body, request.headers);
    await askForMissing(Number(event.sequence));
    take(event);
    response.writeHead(204).end();
  } catch {
    response.writeHead(401).end();
  }
}).listen(Number(PORT), "127.0.0.1", () => console.log("listening"));
