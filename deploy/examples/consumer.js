// A partner agency takes deliveries: checks the signature, takes each number once, asks for the ones that are missing.
const http = require("http");
const { Webhook } = require("standardwebhooks");

const { LOUNGE_FEED, LOUNGE_TOKEN, LOUNGE_SECRET, PORT } = process.env;
const webhook = new Webhook(LOUNGE_SECRET);
const held = new Map(); // keep it in your database, in the transaction of what you do with a delivery

function take(event) {
  const number = Number(event.sequence);
  if (number === 0 || held.has(number)) return; // 0 is a test
  held.set(number, event.data);
  console.log(number, event.type);
  if (event.type !== "cn.lounge.partner.delivery_withdrawn.v1" || !event.data) return;
  event.data.numbers.forEach((gone) => held.set(gone, null)); // drop all that came of them; the numbers stay taken
  console.log("dropped", ...event.data.numbers);
}

async function askForMissing(before) {
  for (let first = 1; first < before; first++) {
    if (held.has(first)) continue;
    const answer = await fetch(`${LOUNGE_FEED}?after=${first - 1}`, { headers: { Authorization: `Bearer ${LOUNGE_TOKEN}` } });
    const told = await answer.json();
    if (answer.ok) told.deliveries.forEach(take);
    else if (told.type !== "deliveries-gone") throw new Error(told.type);
    else for (let gone = first; gone < told.details.oldest; gone++) held.set(gone, held.get(gone)); // no longer kept
  }
}

http.createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  let event;
  try {
    event = webhook.verify(body, request.headers);
  } catch {
    return response.writeHead(401).end();
  }
  try {
    await askForMissing(Number(event.sequence));
    take(event);
    response.writeHead(204).end();
  } catch {
    response.writeHead(503).end(); // it comes again
  }
}).listen(Number(PORT), "127.0.0.1", () => console.log("listening"));
