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

  failures: {
    unknown: "Não deu certo. Tente de novo.",
    notLoaded: "Essa parte da página não pôde ser carregada. Verifique a conexão e tente de novo.",
  },

  reactions: {
    title: "Reações",
    reactWith: "Reagir com",
    moreEmoji: "Mais emojis…",
    who: "Quem reagiu…",
    which: "Qual reação",
    you: "Você",
    others: (n) => count(n, { one: "mais # pessoa", other: "mais # pessoas" }),
    showMore: "Mostrar mais",
    none: "Ninguém mais reage a esta mensagem.",
  },

  emoji: {
    title: "Emojis",
    find: "Buscar um emoji",
    found: "Encontrados",
    usedLast: "Usados por último",
    none: "Nenhum emoji tem esse nome.",
  },

  history: {
    title: "Edições",
    edited: "editada",
    open: "mostrar textos anteriores",
    deleted: "Esta mensagem foi apagada, com tudo o que dizia antes.",
    most: (n) => `Só os últimos ${n} textos são guardados.`,
  },

  pins: {
    title: "Mensagens fixadas",
    pinned: "fixada",
    pin: "Fixar na sala",
    unpin: "Desafixar",
    open: "Ir para a mensagem",
    by: (name) => `Fixada por ${name}`,
    none: "Nada está fixado aqui. A moderação fixa, no menu de uma mensagem, o que deve ser achado de novo.",
    noneDirect: "Nada está fixado aqui. Fixe, no menu de uma mensagem, o que deve ser achado de novo.",
    event: "fixou",
    message: "uma mensagem",
  },

  room: {
    people: (n) => count(n, { one: "# pessoa", other: "# pessoas" }),
    notes: "Um lugar para anotações só suas.",
    directBeginning: (name) => `Aqui começa o que você e ${name} dizem um ao outro. Ninguém mais lê.`,
    privateBeginning: (name) => `Aqui começa ${name}. Só quem participa sabe que a sala existe.`,
    beginning: (name) => `Aqui começa ${name}. Diga olá abaixo.`,
  },
};
