/** An access token: the one in PLF_TOKEN (`plf token` prints one), or that of the demo's integration with its secret. */
export async function signIn(base: string): Promise<string> {
  const { PLF_TOKEN: token, PLF_CLIENT_SECRET: secret } = process.env;
  if (token) return token;
  if (!secret) throw new Error("Set PLF_TOKEN, or PLF_CLIENT_SECRET to what stands in .plf/demo-integration-secret.");
  const answer = await fetch(`${base}/demo/op/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`plf-demo-integration:${secret}`)}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  if (!answer.ok) throw new Error(`The sign-in answered ${answer.status}.`);
  const said: unknown = await answer.json();
  if (typeof said === "object" && said && "access_token" in said && typeof said.access_token === "string") {
    return said.access_token;
  }
  throw new Error("The sign-in gave no token.");
}
