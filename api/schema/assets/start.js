"use strict";
// GraphiQL with a bar above it: examples, and who asks. The token lives in a variable of this page and nowhere else.

const at = (id) => document.getElementById(id);
const oauth = JSON.parse(document.body.dataset.oauth);
const examples = JSON.parse(document.body.dataset.examples);
const root = ReactDOM.createRoot(at("graphiql"));
let token = null;
let editor = null;

/** What GraphiQL sends, to the same address, with the token. */
async function ask(request) {
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/graphql-response+json, application/json;q=0.9",
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(request),
  });
  if (answer.status === 401 && token) forget("Signed out: the token is not accepted any more.");
  return answer.json();
}

/** Lets the bar reach GraphiQL's editor. */
function Reach() {
  editor = GraphiQL.React.useEditorContext({ nonNull: true });
  return null;
}

/** Signed in it reads the schema; before, it would only be refused. */
function show() {
  const properties = {
    fetcher: ask,
    schema: token ? undefined : null,
    defaultTabs: examples.map(({ query }) => ({ query })),
    shouldPersistHeaders: false,
    isHeadersEditorEnabled: false,
    defaultEditorToolsVisibility: false,
  };
  root.render(React.createElement(GraphiQL, { key: token, ...properties }, React.createElement(Reach)));
  at("sign-in").hidden = !oauth || Boolean(token);
  at("sign-out").hidden = !token;
  at("by-token").hidden = Boolean(token);
}

function forget(why) {
  token = null;
  at("who").textContent = why;
  show();
}

async function use(given) {
  token = given;
  at("token").value = "";
  at("by-token").open = false;
  const said = await ask({ query: "{ me { name tenant { slug } } }" });
  if (!said.data) return forget(said.errors[0].message);
  at("who").textContent = `Signed in as ${said.data.me.name} (${said.data.me.tenant.slug}).`;
  show();
}

function failing(doing) {
  return async () => {
    try {
      await doing();
    } catch (error) {
      at("who").textContent = error.message;
    }
  };
}

/** Shows the tab that the example has, or gives it one again once it was changed or closed. */
function openExample(example) {
  const there = editor.tabs.findIndex(({ query }) => query === example.query);
  if (there >= 0) return editor.changeTab(there);
  editor.addTab();
  window.setTimeout(() => editor.queryEditor.setValue(example.query));
}

for (const [place, { title }] of examples.entries()) at("examples").add(new Option(title, place));
at("examples").addEventListener("change", (event) => {
  if (event.target.value) openExample(examples[event.target.value]);
  event.target.value = "";
});
at("sign-in").addEventListener("click", failing(async () => use(await signIn(oauth))));
at("sign-out").addEventListener("click", () => forget("Signed out."));
at("use-token").addEventListener("click", failing(() => use(at("token").value.trim())));
show();
