/** What the chat page says, in Portuguese. */
import type { Strings } from "./en.ts";
import { counter, someOf } from "./plural.ts";
import { refusedPt } from "./pt_errors.ts";

const locale = "pt-BR";
const count = counter(locale);
const number = (n: number) => n.toLocaleString(locale);

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
    mentions: "menções a si",
    justYou: "Só você",
  },

  switcher: {
    title: "Ir para uma sala",
    none: "Nenhuma sala sua tem esse nome.",
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
    actions: "Ações da mensagem",
    menu: "Mensagem",
    react: "Reagir",
    reply: "Responder",
    edit: "Editar",
    more: "Mais",
    copyText: "Copiar texto",
    copyLink: "Copiar link",
    noClipboard: "Este navegador só deixa copiar em páginas com https.",
    markUnread: "Marcar como não lida",
    delete: "Excluir",
    deleteAsk: "Excluir…",
    deleted: "Esta mensagem foi excluída.",
    earlier: "Uma mensagem anterior",
    inReplyTo: "Em resposta a",
    notSent: "Não enviada.",
    retry: "Tentar de novo",
  },

  composer: {
    placeholder: (room) => `Mensagem para ${room}`,
    yours: "Sua mensagem",
    edit: "Editar mensagem",
    editing: "Editando sua mensagem",
    cancelEdit: "Cancelar edição",
    cancelReply: "Cancelar resposta",
    save: "Salvar",
    send: "Enviar",
    tooLong: (most, over) =>
      `Uma mensagem tem no máximo ${number(most)} caracteres; esta passa ${number(over)} do limite.`,
  },

  banner: {
    reloaded: "O histórico foi recarregado.",
    signedOut: "Sua sessão terminou. O que você escreveu fica guardado neste navegador.",
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
    you: "Você",
    person: "Pessoa",
    add: "Adicionar alguém",
    close: "Fechar pessoas",
    online: "Conectados",
    offline: "Desconectados",
    isOnline: "conectado",
    isOffline: "desconectado",
    more: "Mostrar mais",
    find: "Encontrar uma pessoa",
    findHint: "Nome ou nome de usuário",
    nobody: "Ninguém aqui tem esse nome.",
    message: "Conversar",
    notes: "Minhas anotações",
    editProfile: "Editar perfil",
    inRoom: (room) => `Em ${room}`,
    roleIn: (room) => `Papel em ${room}`,
    roles: {
      member: { label: "Membro", short: "membro", hint: "Lê e escreve" },
      moderator: {
        label: "Moderador",
        short: "moderador",
        hint: "Também edita a sala, exclui mensagens, remove membros",
      },
      owner: { label: "Dono", short: "dono", hint: "Também dá papéis e exclui a sala" },
    },
    remove: "Remover da sala",
    ban: "Banir da sala",
    banHint: "Remove a pessoa; ela não pode voltar",
  },

  browse: {
    filter: "Filtrar salas",
    filterHint: "Filtrar por nome ou assunto",
    join: "Entrar",
    joinRoom: (room) => `Entrar em ${room}`,
    open: "Abrir",
    openRoom: (room) => `Abrir ${room}`,
    none: "Ainda não há salas públicas.",
    noneMatch: "Nenhuma sala pública corresponde.",
    create: "Criar uma",
    about: "Uma sala pública. Entre para ler o que foi dito e participar.",
    notNow: "Agora não",
  },

  roomForm: {
    create: "Criar uma sala",
    edit: "Editar sala",
    name: "Nome",
    nameExample: "design, clube-do-livro, versao-3",
    topic: "Assunto (opcional)",
    topicHint: "Para que serve a sala, em uma frase",
    who: "Quem pode ler",
    public: "Pública",
    publicHint: "Qualquer pessoa daqui pode entrar",
    private: "Privada",
    privateHint: "Só quem foi adicionado",
    submit: "Criar sala",
    save: "Salvar",
    cancel: "Cancelar",
  },

  confirm: {
    deleteMessage: "Excluir esta mensagem?",
    deleteMessageText: "Ela é removida para todos, para sempre. Fica uma linha dizendo que foi excluída.",
    deleteMessageDo: "Excluir mensagem",
    add: (room) => `Adicionar alguém a ${room}`,
    leave: (room) => `Sair de ${room}?`,
    leavePrivate: "Para voltar, alguém da sala precisa adicionar você.",
    leavePublic: "Você pode voltar quando quiser.",
    leaveDo: "Sair da sala",
    deleteRoom: (room) => `Excluir ${room}?`,
    deleteRoomText: "Tudo o que foi dito nela é apagado para todos, para sempre.",
    deleteRoomDo: "Excluir sala",
  },

  lists: {
    some: (people) => someOf(people, "e", (n) => `mais ${number(n)}`),
  },

  failures: {
    refused: refusedPt,
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
    block: "Bloquear",
    unblock: "Desbloquear",
    about: "As mensagens diretas dessa pessoa são recusadas, e o que ela escreve nas salas fica recolhido para você. " +
      "Ela não é avisada.",
    blocked: "Você bloqueou esta pessoa.",
  },

  room: {
    none: "Comece uma conversa",
    noneHint: "Escolha uma sala à esquerda, encontre uma aberta a todos ou crie a sua.",
    all: "Todas as salas",
    togglePeople: "pessoas; mostrar ou esconder",
    menu: "Menu da sala",
    add: "Adicionar alguém…",
    edit: "Editar sala…",
    leave: "Sair da sala…",
    delete: "Excluir sala…",
    typing: (names, people) => `${names} ${people === 1 ? "está" : "estão"} escrevendo`,
    wasDeleted: (room) => `A sala "${room}" foi excluída.`,
    wasRemoved: (room) => `Você foi removido de "${room}".`,
    people: (n) => count(n, { one: "# pessoa", other: "# pessoas" }),
    notes: "Um lugar para anotações só suas.",
    directBeginning: (name) => `Aqui começa o que você e ${name} dizem um ao outro. Ninguém mais lê.`,
    privateBeginning: (name) => `Aqui começa ${name}. Só quem participa sabe que a sala existe.`,
    beginning: (name) => `Aqui começa ${name}. Diga olá abaixo.`,
  },
};
