import { assertEquals, assertMatch } from "@std/assert";
import { tooOld } from "../../lib/base/deno_version.ts";

Deno.test("tooOld() refuses an older Deno with a sentence that says what to do", () => {
  for (const old of ["1.46.3", "2.0.0", "2.5.6", "2.6.8"]) {
    assertMatch(tooOld(old) ?? "", /2\.7 or newer.*deno upgrade/);
  }
});

Deno.test("tooOld() accepts every supported Deno and newer ones", () => {
  for (const version of ["2.7.0", "2.7.14", "2.8.3", "2.9.6", "2.10.0", "3.0.0"]) assertEquals(tooOld(version), null);
});
