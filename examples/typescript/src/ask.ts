import type { TypedDocumentString } from "./generated/graphql/graphql.js";

interface Answer<Data> {
  data?: Data | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** Sends operations to /graphql: the data, typed by the document, or an Error with the service's own words. */
export function asking(base: string, token: string) {
  return async function ask<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    ...[variables]: Record<string, never> extends Variables ? [Variables?] : [Variables]
  ): Promise<Data> {
    const answer = await fetch(`${base}/graphql`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        accept: "application/graphql-response+json",
      },
      body: JSON.stringify({ query: document.toString(), variables }),
    });
    const said = (await answer.json()) as Answer<Data>;
    const error = said.errors?.[0];
    if (error) throw new Error(`${error.extensions?.code ?? answer.status}: ${error.message}`);
    if (!said.data) throw new Error(`GraphQL answered ${answer.status} without data.`);
    return said.data;
  };
}
