import { define } from "../lib/pages/define.ts";
import { DEFAULT_SETTINGS } from "../lib/protocol/settings.ts";
import { FormTokenContext } from "../lib/ui/parts/forms/post_form.tsx";
import { BrandContext, PRODUCT } from "../lib/ui/parts/server_brand.tsx";
import { PageStringsContext, ReaderContext } from "../lib/ui/strings/context.ts";
import { TEXTS } from "../lib/ui/strings/tables.ts";

/**
 * Provides the contexts of every page. They cannot be in `_app`, which Fresh renders after the page, around its
 * finished HTML.
 */
export default define.layout(function Layout({ Component, state }) {
  // An error before the middleware has no reader.
  const { time_format } = state.settings ?? DEFAULT_SETTINGS;
  const language = state.language ?? "en";
  return (
    <ReaderContext.Provider value={{ strings: TEXTS[language].chat, time_format }}>
      <PageStringsContext.Provider value={TEXTS[language].pages}>
        <FormTokenContext.Provider value={state.form_token ?? ""}>
          <BrandContext.Provider value={state.brand ?? PRODUCT}>
            <Component />
          </BrandContext.Provider>
        </FormTokenContext.Provider>
      </PageStringsContext.Provider>
    </ReaderContext.Provider>
  );
});
