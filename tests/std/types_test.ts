/**
 * Our packages' types against the list of the published ones' beside each: checked when this file is. A call that ours allow
 * and those do not would be found by taking `links` out of deno.json alone.
 */
import * as assertions from "@std/assert";
import * as cookies from "@std/http/cookie";
import * as negotiation from "@std/http/negotiation";
import * as events from "@std/http/server-sent-event-stream";
import * as status from "@std/http/status";
import type * as fresh from "fresh";
import type * as dev from "fresh/dev";
import type * as runtime from "fresh/runtime";
import type * as core from "../../lib/fresh/published.ts";
import type { Published as Assertions } from "../../lib/std/assert/published.ts";
import type { Published as Http } from "../../lib/std/http/published.ts";

/** Compiles where whoever is promised the one can be given the other. */
type Gives<Given extends Promised, Promised> = Given;
interface S {
  of: "this app";
}

Deno.test("our @std packages: the types are those of the published packages", () => {
  const ours: Assertions = assertions;
  const { AssertionError: _, ...used } = assertions;
  const published: Omit<typeof used, never> = ours;
  const http: Http = { ...cookies, ...negotiation, ...events, ...status };
  const again: Omit<typeof cookies & typeof negotiation, "Cookie"> = http;
  const code: 404 extends status.ErrorStatus ? true : false = true;
  assertions.assert([ours, published, http, again, code].every(Boolean));
});

/** What this app was written against, and is given by the published package: in this direction all has to hold. */
export type PublishedGivesOurs = [
  Gives<core.Context<S>, fresh.Context<S>>,
  Gives<fresh.Middleware<S>, core.Middleware<S>>,
  Gives<Parameters<fresh.App<S>["use"]>, Parameters<core.App<S>["use"]>>,
  Gives<Parameters<fresh.App<S>["get"]>, Parameters<core.App<S>["get"]>>,
  Gives<Parameters<fresh.App<S>["fsRoutes"]>, Parameters<core.App<S>["fsRoutes"]>>,
  Gives<ReturnType<core.App<S>["handler"]>, ReturnType<fresh.App<S>["handler"]>>,
  Gives<keyof fresh.App<S>, keyof core.App<S>>,
  Gives<keyof fresh.Context<S>, keyof core.Context<S>>,
  Gives<InstanceType<core.Published["HttpError"]>, fresh.HttpError>,
  Gives<ConstructorParameters<typeof fresh.HttpError>, ConstructorParameters<core.Published["HttpError"]>>,
  Gives<core.Published["page"], typeof fresh.page>,
  Gives<ReturnType<core.Published["createDefine"]>["middleware"], ReturnType<typeof fresh.createDefine>["middleware"]>,
  Gives<core.Builder, Pick<dev.Builder, "build">>,
  Gives<core.Builder["config"], dev.Builder["config"]>,
  Gives<ConstructorParameters<typeof dev.Builder>, ConstructorParameters<core.Published["Builder"]>>,
  Gives<Parameters<typeof runtime.Head>, Parameters<core.Published["Head"]>>,
  Gives<core.Published["IS_BROWSER"], typeof runtime.IS_BROWSER>,
];

/** And ours takes what the published one's tests would give it. */
export type OursGivesPublished = [
  Gives<ReturnType<fresh.App<S>["handler"]>, ReturnType<core.App<S>["handler"]>>,
  Gives<typeof fresh.page, core.Published["page"]>,
  Gives<typeof fresh.HttpError, core.Published["HttpError"]>,
  Gives<typeof runtime.Head, core.Published["Head"]>,
  Gives<ConstructorParameters<core.Published["Builder"]>, ConstructorParameters<typeof dev.Builder>>,
];
