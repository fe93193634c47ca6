import createClient from "openapi-fetch";
import { asking } from "./ask.js";
import { DASHBOARD, TEAMS } from "./dashboard.js";
import type { paths } from "./generated/rest.js";
import { signIn } from "./sign-in.js";

const base = process.env["PLF_URL"] ?? "http://127.0.0.1:8000";

/** Who asks, by REST; the schools of the municipality, by GraphQL. */
async function main(): Promise<void> {
  const token = await signIn(base);
  const rest = createClient<paths>({ baseUrl: base, headers: { authorization: `Bearer ${token}` } });
  const { data: me, error } = await rest.GET("/v1/me");
  if (error) throw new Error(`${error.code}: ${error.detail}`);
  console.log(`${me.name} in ${me.tenant.slug}`);

  const ask = asking(base, token);
  const { teams } = await ask(TEAMS);
  console.log(`  ${teams.nodes.length} teams, such as ${teams.nodes[0]?.name ?? "none"}`);
  const { municipality, organisations } = await ask(DASHBOARD, { schools: 60, meetings: 3 });
  if (municipality.slug !== me.tenant.slug) throw new Error("REST and GraphQL speak of different municipalities.");
  if (!organisations.nodes.length) throw new Error("There are no schools.");
  for (const { name, figures, meetings } of organisations.nodes) {
    const share = figures.developmentShare.value;
    const shown = share === null ? `(${figures.developmentShare.withheld ?? "nothing yet"})` : share.toFixed(2);
    const latest = meetings.nodes[0];
    console.log(`  ${name}: ${figures.meetings.value ?? "?"} meetings, development ${shown}`);
    if (latest) console.log(`    latest: ${latest.title}, ${new Date(latest.startsAt).toISOString().slice(0, 10)}`);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
