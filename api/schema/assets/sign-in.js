"use strict";
// Signing in: authorization code with PKCE (S256) for a public client, in a window of its own.

const encoded = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const drawn = () => encoded(crypto.getRandomValues(new Uint8Array(32)));

/** The access token of whoever signs in; rejects with a sentence. */
async function signIn(oauth) {
  const popup = window.open("", "plf-sign-in", "popup,width=720,height=760");
  if (!popup) throw new Error("The browser did not let the sign-in window open.");
  const verifier = drawn();
  const state = drawn();
  const back = new URL("/graphql/signed-in", window.location.href).href;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const query = new URLSearchParams({
    response_type: "code",
    client_id: oauth.client_id,
    scope: oauth.scope,
    redirect_uri: back,
    state,
    code_challenge: encoded(digest),
    code_challenge_method: "S256",
  });
  const answer = returned(popup);
  popup.location.href = `${oauth.provider}/authorize?${query}`;
  const told = new URLSearchParams(await answer);
  if (told.get("state") !== state) throw new Error("The answer belongs to another sign-in.");
  if (!told.get("code")) throw new Error(told.get("error_description") || "Nobody signed in.");
  return exchanged(oauth, told.get("code"), back, verifier);
}

/** The query string that the window came back with. */
function returned(popup) {
  return new Promise((resolve, reject) => {
    const watch = window.setInterval(() => popup.closed && done(reject, new Error("Nobody signed in.")), 500);
    const done = (settle, value) => {
      window.clearInterval(watch);
      window.removeEventListener("message", hear);
      settle(value);
    };
    const hear = (event) => {
      const ours = event.origin === window.location.origin && event.source === popup;
      if (ours && typeof event.data?.signedIn === "string") done(resolve, event.data.signedIn);
    };
    window.addEventListener("message", hear);
  });
}

async function exchanged(oauth, code, back, verifier) {
  const answer = await fetch(`${oauth.provider}/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: oauth.client_id,
      redirect_uri: back,
      code,
      code_verifier: verifier,
    }),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error_description || "The sign-in gave no token.");
  return said.access_token;
}
