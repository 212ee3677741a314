/** What the chat page says, in Portuguese. */
import type { Strings } from "./en.ts";
import { counter } from "./plural.ts";

const locale = "pt-BR";
const count = counter(locale);

export const pt: Strings = {
  locale,

  rooms: {
    title: "Salas",
    browse: "Explorar salas",
    create: "Criar uma sala",
    goTo: "Ir para…",
    none: "Você ainda não está em nenhuma sala. Explore as públicas ou crie uma.",
    direct: "Mensagens diretas",
    newDirect: "Nova mensagem direta",
    noDirect: "Converse a sós com uma pessoa.",
    settings: "Configurações",
    offline: "desconectado",
    private: "privada",
    unread: "não lidas",
    justYou: "Só você",
  },

  switcher: {
    title: "Ir para uma sala",
    none: "Nenhuma sala sua tem esse nome.",
  },

  room: {
    people: (n) => count(n, { one: "# pessoa", other: "# pessoas" }),
    notes: "Um lugar para anotações só suas.",
    directBeginning: (name) => `Aqui começa o que você e ${name} dizem um ao outro. Ninguém mais lê.`,
    privateBeginning: (name) => `Aqui começa ${name}. Só quem participa sabe que a sala existe.`,
    beginning: (name) => `Aqui começa ${name}. Diga olá abaixo.`,
  },
};
