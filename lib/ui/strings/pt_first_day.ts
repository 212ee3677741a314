/** Portuguese: setting the server up, being invited, and the team's own page of the administration. */
import { isolated } from "../../protocol/text/bidi.ts";
import type { enFirstDay } from "./en_first_day.ts";
import { counter } from "./plural.ts";

const count = counter("pt-BR");

export const ptFirstDay: typeof enFirstDay = {
  setUp: {
    title: "Instalação",
    sentence: "Você vai administrar este servidor: dá o nome, convida pessoas e pode mudar tudo depois.",
    team: "Nome da sua equipe",
    teamHint: "Aparece para quem entra. Você pode mudar depois.",
    name: "Seu nome",
    nameHint: "O que os outros veem, em qualquer escrita",
    usernameHint: "Você entra com ele: letras minúsculas, dígitos e _ . -",
    code: "Código de instalação",
    codeHint:
      "Ele mostra que este servidor é seu. Está no registro do servidor, na linha “Register the first account with the set-up code …”.",
    where: "Onde fica o registro?",
    inTerminal: "Em um terminal",
    inTerminalHow: "Role até onde o servidor iniciou.",
    inDocker: "Com Docker",
    inService: "Como serviço",
    inDeploy: "No Deno Deploy",
    inDeployHow: "Abra os Logs do aplicativo e procure por “set-up”.",
    submit: "Concluir",
  },

  joining: {
    heading: (team: string) => isolated`Entre em ${team}`,
    invitedBy: (name: string, team: string) => isolated`${name} convida você para ${team}.`,
    invited: (team: string) => isolated`Você foi convidado para ${team}.`,
    usedUp: "Este convite já foi usado por todas as pessoas para quem valia.",
    expired: "O prazo deste convite terminou.",
    revoked: "Este convite foi retirado.",
    unknown: "Este convite não existe, ou terminou há muito tempo. Veja se o link está completo.",
    ask: (name: string, username: string) => isolated`Peça outro a ${name} (@${username}).`,
    askAdmin: "Peça outro a quem administra este servidor.",
    anyway: "Você não precisa dele: qualquer pessoa pode criar uma conta aqui.",
    closed: "Ninguém pode criar uma conta aqui agora. Fale com quem administra este servidor.",
    byInvitation: "Você precisa de um convite: um link de alguém que já está aqui, ou o código dele.",
  },

  team: {
    title: "Sua equipe",
    name: "Nome",
    nameHint: "Aparece no título de cada página, na entrada e nos convites.",
    save: "Salvar",
    picture: "Imagem",
    choose: "Escolher uma imagem…",
    remove: "Remover imagem",
    failed: "Não foi possível usar essa imagem. Tente outra.",
    joining: "Quem pode entrar",
    registration: "Quem pode criar uma conta?",
    registrations: {
      open: { label: "Qualquer pessoa que tenha o endereço", hint: "Bom onde só a sua gente alcança este servidor." },
      invite: { label: "Só quem tem um convite", hint: "Um link que alguém daqui envia." },
      closed: { label: "Ninguém", hint: "Todos que deviam estar aqui já estão. Convites não valem enquanto isso." },
    },
    locked: "O ambiente do servidor decide isto (REGISTRATION); não é possível mudar aqui.",
    inviting: "Quem pode convidar?",
    invitings: {
      admins: { label: "Quem administra", hint: "As outras pessoas pedem a alguém que administra." },
      everyone: { label: "Todos que estão aqui", hint: "Até 20 convites abertos por pessoa, de até 30 dias." },
    },
  },

  invitations: {
    cameBy: (names: string) => isolated`Quem veio por ele: ${names}`,
    nobodyCame: "Ninguém veio por ele ainda.",
    madeBy: (name: string) => isolated`de ${name}`,
    qr: "Código QR",
    afterBan: (n: number) =>
      count(n, {
        one: "Um convite ainda pode ser usado. Quem saiu pode conhecê-lo e voltar com outro nome.",
        other: "# convites ainda podem ser usados. Quem saiu pode conhecer um deles e voltar com outro nome.",
      }),
    revokeAll: "Cancelar todos",
    keep: "Manter",
  },
};
