/** The OpenAPI document as one static page: no script, nothing inline, nothing from elsewhere. */
import type { Content, Described, OpenApi, Operation } from "./openapi.ts";

export function docsPage(api: OpenApi): string {
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation }))
  );
  const sections = api.tags.map(({ name }) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(name));
    return `<section><h2 id="${text(name)}">${text(name)}</h2>${own.map(operationHtml).join("")}</section>`;
  });
  const schemas = Object.entries(api.components.schemas).map(([name, schema]) =>
    `<article id="schema-${text(name)}"><h3>${text(name)}</h3>${schemaHtml(schema)}</article>`
  );
  const contents = [...api.tags.map(({ name }) => name), "Schemas"]
    .map((name) => `<li><a href="#${text(name)}">${text(name)}</a></li>`).join("");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${text(api.info.title)} API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" type="image/svg+xml" href="/favicon.svg">
<link rel="stylesheet" href="/css/tokens.css"><link rel="stylesheet" href="/css/docs.css"></head>
<body><header><h1>${text(api.info.title)} API</h1><p>${text(api.info.description)}</p>
<p>As a document for machines: <a href="/api/openapi.json">/api/openapi.json</a></p>
<nav aria-label="Contents"><ul>${contents}</ul></nav></header>
<main>${sections.join("")}<section><h2 id="Schemas">Schemas</h2>${schemas.join("")}</section></main></body></html>
`;
}

interface Entry {
  path: string;
  method: string;
  operation: Operation;
}

function operationHtml({ path, method, operation }: Entry): string {
  const id = text(operation.operationId);
  const parameters = operation.parameters.map(({ name, in: where, required, schema }) =>
    `<tr><td><code>${text(name)}</code></td><td>${where}${required ? ", required" : ""}</td><td>${
      schemaHtml(schema)
    }</td></tr>`
  );
  const responses = Object.entries(operation.responses).map(([status, { description, content }]) => {
    return `<tr><td>${text(status)}</td><td>${text(description)}</td><td>${contentHtml(content)}</td></tr>`;
  });
  const body = operation.requestBody;
  return `<article id="${id}"><h3><a href="#${id}"><span class="method">${text(method.toUpperCase())}</span> <code>${
    text(path)
  }</code></a></h3><p>${text(operation.summary)}${operation.security.length > 0 ? "" : " <em>(no sign-in)</em>"}</p>${
    operation.description === undefined ? "" : `<p class="about">${text(operation.description)}</p>`
  }${parameters.length === 0 ? "" : table("Parameters", parameters)}${
    body === undefined ? "" : `<h4>Body${body.required ? "" : " (optional)"}</h4>${contentHtml(body.content)}`
  }${table("Answers", responses)}</article>`;
}

function contentHtml(content: Content = {}): string {
  const json = content["application/json"];
  return json === undefined
    ? Object.keys(content).map((type) => `<code>${text(type)}</code>`).join("")
    : schemaHtml(json.schema);
}

function table(title: string, rows: string[]): string {
  return `<h4>${title}</h4><table><tbody>${rows.join("")}</tbody></table>`;
}

/** A link where it has a name, else the schema itself. */
function schemaHtml(schema: Described): string {
  const name = "$ref" in schema && schema.$ref !== undefined ? schema.$ref.split("/").at(-1) : undefined;
  if (name !== undefined) return `<a href="#schema-${text(name)}">${text(name)}</a>`;
  const json = JSON.stringify(schema, null, 2);
  if (json.length < 100) return `<code>${text(JSON.stringify(schema))}</code>`;
  return `<pre tabindex="0">${
    text(json).replace(/#\/components\/schemas\/(\w+)/g, '<a href="#schema-$1">#/components/schemas/$1</a>')
  }</pre>`;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function text(value: string): string {
  return value.replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c);
}
