// The audits of graphql-http against a running service: `node audit.mjs <address of /graphql>`, the token in PLF_TOKEN.
import { serverAudits } from "graphql-http";

const EXPECTED = 61;
const url = process.argv[2];
const token = process.env.PLF_TOKEN;
if (!url || !token) {
  console.error("Usage: PLF_TOKEN=… node audit.mjs http://127.0.0.1:8000/graphql");
  process.exit(2);
}

/** What the audits send, with the token: without one our answer to everything is 401. */
function fetchFn(address, init = {}) {
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${token}`);
  return fetch(address, { ...init, headers });
}

const counts = { ok: 0, notice: 0, warn: 0, error: 0 };
for (const audit of serverAudits({ url, fetchFn })) {
  const result = await audit.fn();
  counts[result.status] += 1;
  if (result.status !== "ok") {
    const status = result.response ? ` (status ${result.response.status})` : "";
    console.log(`${result.status}: ${audit.id} ${audit.name}: ${result.reason}${status}`);
  }
}
console.log(Object.entries(counts).map(([status, count]) => `${count} ${status}`).join(", "));
process.exit(counts.ok === EXPECTED ? 0 : 1);
