import { HttpError, page } from "fresh";
import { Head } from "fresh/runtime";
import { redirect } from "../../lib/http/redirect.ts";
import { define } from "../../lib/pages/define.ts";
import { administrator, afterAct, carryOut, loadSection } from "../../lib/pages/admin.ts";
import { readOwnForm } from "../../lib/pages/form.ts";
import { Audit } from "../../lib/ui/admin/audit.tsx";
import { AdminFrame } from "../../lib/ui/admin/frame.tsx";
import { Invitations } from "../../lib/ui/admin/invitations.tsx";
import { Overview } from "../../lib/ui/admin/overview.tsx";
import TeamPicture from "../../islands/TeamPicture.tsx";
import { Team } from "../../lib/ui/admin/team.tsx";
import { People } from "../../lib/ui/admin/people.tsx";
import { Reports } from "../../lib/ui/admin/reports.tsx";
import { Rooms } from "../../lib/ui/admin/rooms.tsx";
import { type FormState, refusal } from "../../lib/ui/parts/forms/form_state.ts";
import { text } from "../../lib/ui/parts/forms/form_text.ts";
import { useBrand } from "../../lib/ui/parts/server_brand.tsx";
import { usePageStrings } from "../../lib/ui/strings/context.ts";
import { TEXTS } from "../../lib/ui/strings/tables.ts";

type Content = Awaited<ReturnType<typeof loadSection>>;

interface Data {
  content: Content;
  form: FormState;
  /** A new password, shown this once. */
  secret?: { username: string; password: string };
  me: string;
  zone: string;
  origin: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    const { state, url } = ctx;
    const actor = administrator(state);
    const content = await loadSection(state.chat, actor, ctx.params["section"] ?? "", url.searchParams);
    const form: FormState = url.searchParams.has("done")
      ? { values: {}, done: TEXTS[state.language].pages.admin.done }
      : { values: {} };
    return page<Data>({ content, form, ...about(ctx, actor.user_id) });
  },
  async POST(ctx) {
    const { state } = ctx;
    administrator(state);
    const section = ctx.params["section"] ?? "";
    const form = await readOwnForm(ctx);
    const actor = administrator(state);
    const load = () => loadSection(state.chat, actor, section, new URLSearchParams());
    try {
      const password = await carryOut(state.chat, actor, section, form);
      if (password === undefined) {
        return redirect(await afterAct(state.chat, actor, section, text(form, "act")), 303);
      }
      const { username } = await state.chat.directory.one(text(form, "of"));
      const made: Data = {
        content: await load(),
        form: { values: {} },
        secret: { username, password },
        ...about(ctx, actor.user_id),
      };
      return page<Data>(made);
    } catch (error) {
      if (error instanceof HttpError) throw error;
      const state422: FormState = { values: {}, error: refusal(error, state.language) };
      return page<Data>({ content: await load(), form: state422, ...about(ctx, actor.user_id) }, { status: 422 });
    }
  },
});

function about(
  { state, url }: { state: { zone: string; chat: { config: { publicUrl?: string | undefined } } }; url: URL },
  me: string,
) {
  return { me, zone: state.zone, origin: state.chat.config.publicUrl ?? url.origin };
}

export default define.page<typeof handler>(function Admin({ data }) {
  const { admin: t } = usePageStrings();
  const brand = useBrand();
  const { content, form } = data;
  return (
    <AdminFrame section={content.section} open={content.open} form={form}>
      <Head>
        <title>{t.sections[content.section]} · {t.title} · {brand.name}</title>
      </Head>
      <Section {...data} />
    </AdminFrame>
  );
});

function Section({ content, me, zone, origin, secret }: Data) {
  switch (content.section) {
    case "overview":
      return <Overview {...content} />;
    case "team":
      return (
        <Team {...content}>
          <TeamPicture />
        </Team>
      );
    case "users":
      return <People {...content} me={me} zone={zone} secret={secret} />;
    case "rooms":
      return <Rooms {...content} zone={zone} />;
    case "invitations":
      return <Invitations {...content} origin={origin} zone={zone} />;
    case "reports":
      return <Reports {...content} zone={zone} />;
    case "audit":
      return <Audit {...content} zone={zone} />;
  }
}
