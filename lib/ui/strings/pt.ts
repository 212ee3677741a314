/** What the chat page says, in Portuguese. */
import { isolated } from "../../protocol/text/bidi.ts";
import type { Strings } from "./en.ts";
import { counter, someOf } from "./plural.ts";

const locale = "pt-BR";
const count = counter(locale);
const number = (n: number) => n.toLocaleString(locale);

export const pt: Strings = {
  language: "pt",
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
    unread: (n) => count(n, { one: "não lida", other: "não lidas" }),
    mentions: (n) => count(n, { one: "menção a você", other: "menções a você" }),
    justYou: "Só você",
    unsent: (n) => count(n, { one: "# mensagem não foi enviada", other: "# mensagens não foram enviadas" }),
  },

  search: {
    title: "Buscar mensagens",
  },

  dialog: {
    close: "Fechar",
    dismiss: "Dispensar",
  },

  timeline: {
    title: "Mensagens",
    skip: "Pular para as mensagens",
    today: "Hoje",
    yesterday: "Ontem",
    new: "Novas",
    newMessages: "Novas mensagens",
    countNew: (n) => count(n, { one: "# nova", other: "# novas" }),
    jump: "Ir para o fim",
    toLatest: "Para as últimas mensagens",
    older: "Mensagens anteriores",
    loadingOlder: "Carregando mensagens anteriores…",
    gone: "Essa mensagem não está mais aqui.",
  },

  message: {
    removed: (reason: string | undefined) =>
      reason === undefined ? "Removida pela moderação." : isolated`Removida pela moderação: ${reason}`,
    edit: "Editar",
    delete: "Excluir",
    deleted: "Esta mensagem foi excluída.",
    earlier: "Uma mensagem anterior",
    inReplyTo: "Em resposta a",
    notSent: "Não enviada.",
    retry: "Tentar de novo",
  },

  composer: {
    placeholder: (room) => isolated`Mensagem para ${room}`,
    yours: "Sua mensagem",
    edit: "Editar mensagem",
    editing: "Editando sua mensagem",
    cancelEdit: "Cancelar edição",
    cancelReply: "Cancelar resposta",
    save: "Salvar",
    send: "Enviar",
    tooLong: (most, over) =>
      isolated`Uma mensagem tem no máximo ${number(most)} caracteres; esta passa ${number(over)} do limite.`,
  },

  banner: {
    reloaded: "O histórico foi recarregado.",
    signedOut: "Sua sessão terminou. O que você escreveu fica guardado neste navegador.",
    ended: "Sua sessão terminou e nada seu ficou neste navegador.",
    signIn: "Entrar",
    tooOld: "Esta página é antiga demais para o servidor.",
    reload: "Recarregar",
    offline: "Você está sem conexão.",
    reconnecting: "Reconectando…",
    willBeSent: "O que você escrever será enviado quando a conexão voltar.",
    retry: "Tentar agora",
  },

  system: {
    joined: (people) => count(people, { one: "entrou", other: "entraram" }),
    left: (people) => count(people, { one: "saiu", other: "saíram" }),
    wasAdded: (people) => count(people, { one: "foi adicionado", other: "foram adicionados" }),
    wasRemoved: (people) => count(people, { one: "foi removido", other: "foram removidos" }),
    wasBanned: (people) => count(people, { one: "foi banido", other: "foram banidos" }),
    role: { member: "agora é membro", moderator: "agora é moderador", owner: "agora é dono" },
    created: "criou esta sala",
    deleted: "excluiu esta sala",
    changed: "mudou a sala:",
  },

  people: {
    title: "Pessoas",
    add: "Adicionar alguém",
    close: "Fechar pessoas",
    online: "Conectados",
    offline: "Desconectados",
    isOnline: "conectado",
    isOffline: "desconectado",
    earlier: "Mostrar as pessoas anteriores",
    more: "Mostrar mais",
    roles: { member: "membro", moderator: "moderador", owner: "dono" },
  },

  lists: {
    some: (people) => someOf(people, "e", (n) => isolated`mais ${number(n)}`),
  },

  files: {
    attach: "Anexar arquivos",
    textName: "texto",
    drop: "Solte os arquivos para enviá-los aqui",
    failedFirst: "Um arquivo não pôde ser enviado: tente de novo ou remova-o.",
    download: "Baixar",
    close: "Fechar",
  },

  failures: {
    unknown: "Não deu certo. Tente de novo.",
    notLoaded: "Essa parte da página não pôde ser carregada. Verifique a conexão e tente de novo.",
  },

  reactions: {
    title: "Reações",
    yours: "sua",
  },

  emoji: {
    title: "Emojis",
  },

  history: {
    title: "Edições",
    edited: "editada",
    open: "mostrar textos anteriores",
  },

  pins: {
    title: "Mensagens fixadas",
    pinned: "fixada",
    open: "Ir para a mensagem",
    event: "fixou",
    message: "uma mensagem",
  },

  code: {
    name: "Código",
    copy: "Copiar código",
    copied: "Copiado",
  },

  blocking: {
    hidden: (n) =>
      count(n, { one: "Mensagem de alguém que você bloqueou", other: "# mensagens de alguém que você bloqueou" }),
    show: "Mostrar",
    hide: "Ocultar",
    quoted: "Uma mensagem de alguém que você bloqueou",
    blocked: "Você bloqueou esta pessoa.",
  },

  moderation: {
    muted: (until: string) => isolated`Você está silenciado aqui até ${until}. Pode continuar lendo.`,
    mutedForGood: "Você está silenciado aqui até que a moderação o libere. Pode continuar lendo.",
    readOnly: "Esta sala é para leitura: a moderação escreve aqui, e todos podem reagir.",
    mutedEvent: (until: string) => isolated`foi silenciado até ${until}`,
    mutedForGoodEvent: "foi silenciado",
    unmutedEvent: "pode falar de novo",
    because: (reason: string) => isolated` — ${reason}`,
    floor: (days: number | undefined) =>
      days === undefined ? "As mensagens anteriores foram apagadas." : count(days, {
        one: "Mensagens com mais de # dia são apagadas.",
        other: "Mensagens com mais de # dias são apagadas.",
      }),
    roomReadOnly: "tornou esta sala somente leitura",
    roomWritable: "abriu esta sala para todos escreverem",
    roomRules: "mudou as regras desta sala",
  },

  mentions: {
    title: "Menções",
  },

  bookmarks: {
    title: "Mensagens guardadas",
  },

  room: {
    none: "Comece uma conversa",
    noneHint: "Escolha uma sala à esquerda, encontre uma aberta a todos ou crie a sua.",
    all: "Todas as salas",
    togglePeople: "pessoas; mostrar ou esconder",
    menu: "Menu da sala",
    add: "Adicionar alguém…",
    typing: (names, people) => isolated`${names} ${people === 1 ? "está" : "estão"} escrevendo`,
    people: (n) => count(n, { one: "# pessoa", other: "# pessoas" }),
    notes: "Um lugar para anotações só suas.",
    directBeginning: (name) => isolated`Aqui começa o que você e ${name} dizem um ao outro. Ninguém mais lê.`,
    privateBeginning: (name) => isolated`Aqui começa ${name}. Só quem participa sabe que a sala existe.`,
    beginning: (name) => isolated`Aqui começa ${name}. Diga olá abaixo.`,
  },
};
