/** The Portuguese texts, all of them. */
import type { ErrorCode } from "../../base/errors.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { isolated } from "../../protocol/text/bidi.ts";
import type { Failure } from "./failure.ts";
import type { PageStrings, PartStrings, Strings } from "./language.ts";
import { counter, lister } from "./plural.ts";

const locale = "pt-BR";
const count = counter(locale);
const some = lister(locale);
const number = (n: number) => n.toLocaleString(locale);

/** Its own name for itself. */
export const name = "Português";

/** What a push notification says that shows no text. */
export const push = "Nova mensagem";

/** What the chat page says first. */
export const chat: Strings = {
  language: "pt",
  locale,
  dir: "ltr",

  rooms: {
    invite: "Convidar pessoas",
    noCodes: "você ainda não tem códigos de recuperação",
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
    some: (people) => some(people, (n) => isolated`mais ${number(n)}`),
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
    typing: (names, people) => isolated`${names} ${count(people, { one: "está", other: "estão" })} escrevendo`,
    people: (n) => count(n, { one: "# pessoa", other: "# pessoas" }),
    notes: "Um lugar para anotações só suas.",
    directBeginning: (name) => isolated`Aqui começa o que você e ${name} dizem um ao outro. Ninguém mais lê.`,
    privateBeginning: (name) => isolated`Aqui começa ${name}. Só quem participa sabe que a sala existe.`,
    beginning: (name) => isolated`Aqui começa ${name}. Diga olá abaixo.`,
  },
};

/** By an error's code. */
const ERRORS: Record<ErrorCode, string> = {
  bad_frame: "A página enviou algo que o servidor não entendeu: recarregue-a.",
  bad_json: "A página enviou algo que o servidor não entendeu: recarregue-a.",
  bad_request: "A página enviou algo que o servidor não entendeu: recarregue-a.",
  invalid: "Isso não é válido: corrija e tente de novo.",
  unknown_command: "O servidor não conhece esse comando: recarregue a página.",
  too_large: "Isso é grande demais: envie algo menor.",
  unauthorized: "Sua sessão terminou: entre de novo.",
  bad_credentials: "O nome de usuário ou a senha não confere.",
  identity_in_url: "A identidade não pode estar no endereço.",
  setup_code_required: "Informe o código de instalação que o servidor escreveu no registro ao iniciar.",
  registration_closed: "Este servidor não aceita novas contas.",
  invitation_required: "Informe um código de convite válido: peça um a alguém que já está aqui.",
  forbidden: "Você não tem permissão para isso.",
  read_only: "Esta sala é só para leitura: quem a modera escreve nela.",
  muted: "Você está silenciado nesta sala por enquanto.",
  edit_window_over: "O prazo para editar esta mensagem passou.",
  no_such_file: "Esse arquivo não existe mais.",
  bad_origin: "Abra a página neste próprio site e tente de novo.",
  bad_host: "Este servidor não atende por esse endereço.",
  not_found: "Isso não existe ou não existe mais.",
  no_such_room: "Essa sala não existe, ou você não participa dela.",
  no_such_message: "Essa mensagem não existe mais.",
  no_such_user: "Essa pessoa não existe.",
  method_not_allowed: "Este endereço não aceita esse tipo de pedido.",
  username_taken: "Esse nome de usuário já está em uso: escolha outro.",
  room_name_taken: "Já existe uma sala com esse nome, ou com um que parece igual: escolha outro.",
  conflict: "Isso mudou nesse meio-tempo: veja como ficou e tente de novo.",
  last_member: "Você é a última pessoa desta sala privada: sair a exclui. Confirme, ou adicione alguém antes.",
  limit_reached: "Isso passa de um limite: espere ou remova algo e tente de novo.",
  upgrade_required: "Este navegador é antigo demais para o servidor.",
  rate_limited: "Rápido demais: espere um pouco e tente de novo.",
  overloaded: "Não há conexão com o servidor, ou ele está ocupado: tente de novo daqui a pouco.",
  storage_unavailable: "O servidor não consegue gravar agora. Nada se perdeu: tente de novo daqui a pouco.",
  upgrading: "O servidor está sendo atualizado: isto volta a funcionar em instantes. Tente de novo daqui a pouco.",
  shutting_down: "O servidor está reiniciando: tente de novo daqui a pouco.",
  internal: "Algo deu errado no servidor: tente de novo.",
};

/** By the field that is not as it should be. A function, since the limits are read in it: see `only` in lib/fresh. */
const fields = () =>
  new Map<string, string>([
    ["username", "O nome de usuário tem de 1 a 32 caracteres: letras de a a z, dígitos e _ . -"],
    ["display_name", `O nome exibido tem de 1 a ${LIMITS.display_name} caracteres visíveis.`],
    ["password", `A senha tem pelo menos ${LIMITS.password_min} caracteres e não é uma das mais comuns.`],
    ["new_password", `A senha tem pelo menos ${LIMITS.password_min} caracteres e não é uma das mais comuns.`],
    ["current_password", "A senha atual não confere."],
    ["name", `O nome da sala tem de 1 a ${LIMITS.room_name} caracteres.`],
    ["topic", `O assunto tem no máximo ${LIMITS.topic} caracteres.`],
    ["content", `Uma mensagem tem de 1 a ${LIMITS.content} caracteres.`],
  ]);

/** What was refused, by its code, and by the field where one is named. */
function refused({ code, field = "", message, retryAfter }: Failure): string {
  if (code === "limit_reached" && field === "file") {
    return "Não há mais espaço para seus arquivos: exclua mensagens com arquivos. " +
      "As configurações mostram quanto está em uso.";
  }
  if (code === "limit_reached" && field === "user_id") {
    return "Essa pessoa ainda não respondeu às salas em que a colocaram: ela precisa ficar em algumas ou sair delas.";
  }
  // what the page itself refuses
  if (code === "too_old") {
    return "Isto foi escrito há uma semana ou mais e pode já ter sido enviado. " +
      "Tentar de novo envia agora, talvez pela segunda vez.";
  }
  const byField = code === "invalid" || code === "bad_credentials" ? fields().get(field) : undefined;
  if (byField !== undefined) return byField;
  if (code === "rate_limited" && retryAfter !== undefined) {
    return `Rápido demais: tente de novo em ${Math.ceil(retryAfter)} s.`;
  }
  return new Map<string, string>(Object.entries(ERRORS)).get(code) ?? message;
}

/** What the parts say that the chat page fetches later. */
export const parts: PartStrings = {
  invite: {
    about: "Envie este link a quem você quer aqui. Com ele se cria uma conta.",
    link: "Link do convite",
    copy: "Copiar",
    copied: "Link copiado",
    holds: (people: number, days: number) =>
      isolated`Até ${count(people, { one: "# pessoa", other: "# pessoas" })}, ${
        count(days, { one: "# dia", other: "# dias" })
      }`,
    change: "Mudar",
    people: "Pessoas",
    days: "Dias",
    qr: "Mostrar um código QR",
    qrAbout: "Para escanear da sua tela. Vale por uma hora.",
    qrName: "Código QR de um convite",
    open: "Convites que ainda podem ser usados",
    openAbout: "Quem foi banido pode conhecer um destes links e voltar com outro nome.",
    keep: "Manter",
    revoke: "Cancelar todos",
    left: (people: number) => count(people, { one: "para mais # pessoa", other: "para mais # pessoas" }),
  },
  steps: {
    title: "Primeiros passos",
    done: (n: number, all: number) => isolated`${n} de ${all} concluídos`,
    invite: "Convidar pessoas",
    picture: "Adicionar sua foto",
    room: "Criar uma sala ou entrar em uma",
    notifications: "Ativar notificações",
    away: "Guardar estes passos",
    isDone: "concluído",
    all: "É tudo. Aproveite.",
  },

  files: {
    notWhileEditing: "Uma mensagem editada fica com os arquivos que tem: envie novos em outra mensagem.",
    tooMany: "Uma mensagem leva no máximo nove arquivos. Os outros ficaram de fora.",
    uploading: (name) => isolated`Enviando ${name}`,
    sentWhenDone: "A mensagem sai assim que o envio dos arquivos terminar.",
    waits: "Esperando a conexão",
    tooLarge: (most) => isolated`Grande demais: no máximo ${most}`,
    notRead: "Não foi possível enviá-lo. Ele ainda existe?",
    retry: (name) => isolated`Enviar ${name} de novo`,
    remove: (name) => isolated`Remover ${name}`,
    previous: "Imagem anterior",
    next: "Próxima imagem",
    position: (n, all) => isolated`${n} de ${all}`,
  },

  switcher: {
    title: "Ir para uma sala",
    none: "Nenhuma sala sua tem esse nome.",
  },

  search: {
    field: "Busque nas suas salas…",
    for: (text) => isolated`Buscar “${text}” nas mensagens`,
    busy: "Buscando…",
    found: (n, more) => more ? isolated`As ${n} mais novas` : count(n, { one: "# mensagem", other: "# mensagens" }),
    none: "Nenhuma mensagem tem tudo isso.",
    noneHint: "Tente menos palavras, o começo de uma, ou outro filtro.",
    truncated: "Havia demais para ver tudo. Acrescente uma palavra ou um filtro.",
    behind: "As mensagens mais novas serão encontradas em instantes.",
    more: "Mostrar mais",
    filters: "Filtros",
    here: "esta sala",
    help: "Por exemplo",
    both: "mensagens com as duas palavras; a última pode estar pela metade",
    phrase: "estas palavras, nesta ordem",
    who: (room) => isolated`o que você escreveu em ${room}`,
    what: "mensagens com um link; também file, image, code",
    when: "por dia: before:, after:, on:",
    keys: "↑ ↓ para percorrer, Enter para ir até lá, Esc para fechar",
    example: "plano lançamento",
  },

  message: {
    actions: "Ações da mensagem",
    menu: "Mensagem",
    react: "Reagir",
    reply: "Responder",
    more: "Mais",
    copyText: "Copiar texto",
    selectText: "Selecionar texto",
    copyLink: "Copiar link",
    noClipboard: "Este navegador só deixa copiar em páginas com https.",
    markUnread: "Marcar como não lida",
    deleteAsk: "Excluir…",
  },

  people: {
    you: "Você",
    person: "Pessoa",
    find: "Encontrar uma pessoa",
    findHint: "Nome ou nome de usuário",
    nobody: "Ninguém aqui tem esse nome.",
    message: "Conversar",
    notes: "Minhas anotações",
    editProfile: "Editar perfil",
    inRoom: (room) => isolated`Em ${room}`,
    roleIn: (room) => isolated`Papel em ${room}`,
    remove: "Remover da sala",
    ban: "Banir da sala",
    banHint: "Remove a pessoa; ela não pode voltar",
    roleNames: {
      member: { label: "Membro", hint: "Lê e escreve" },
      moderator: { label: "Moderador", hint: "Também edita a sala, exclui mensagens, remove membros" },
      owner: { label: "Dono", hint: "Também dá papéis e exclui a sala" },
    },
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

  composer: {
    long: "Longo demais para uma mensagem.",
    attachLong: "Anexar como arquivo de texto",
  },

  confirm: {
    deleteMessage: "Excluir esta mensagem?",
    deleteMessageText: "Ela é removida para todos, para sempre. Fica uma linha dizendo que foi excluída.",
    deleteMessageDo: "Excluir mensagem",
    add: (room) => isolated`Adicionar alguém a ${room}`,
    leave: (room) => isolated`Sair de ${room}?`,
    leavePrivate: "Para voltar, alguém da sala precisa adicionar você.",
    leavePublic: "Você pode voltar quando quiser.",
    leaveDo: "Sair da sala",
    leaveLast: "Você é a última pessoa aqui: sair exclui a sala, com tudo o que foi dito nela.",
    leaveLastDo: "Sair e excluir a sala",
    deleteRoom: (room) => isolated`Excluir ${room}?`,
    deleteRoomText: "Tudo o que foi dito nela é apagado para todos, para sempre.",
    deleteRoomDo: "Excluir sala",
    dropEdit: "Descartar as alterações?",
    dropEditText: "O que você mudou nesta mensagem não foi salvo.",
    dropEditDo: "Descartar",
  },

  reactions: {
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
    find: "Buscar um emoji",
    found: "Encontrados",
    usedLast: "Usados por último",
    groups: {
      Smileys: "Carinhas",
      People: "Pessoas",
      Nature: "Natureza",
      Food: "Comida",
      Travel: "Viagem",
      Activities: "Atividades",
      Objects: "Objetos",
      Symbols: "Símbolos",
      Flags: "Bandeiras",
    },
    none: "Nenhum emoji tem esse nome.",
  },

  history: {
    deleted: "Esta mensagem foi apagada, com tudo o que dizia antes.",
    most: (n) => isolated`Só os últimos ${n} textos são guardados.`,
  },

  pins: {
    pin: "Fixar na sala",
    unpin: "Desafixar",
    by: (name) => isolated`Fixada por ${name}`,
    none: "Nada está fixado aqui. A moderação fixa, no menu de uma mensagem, o que deve ser achado de novo.",
    noneDirect: "Nada está fixado aqui. Fixe, no menu de uma mensagem, o que deve ser achado de novo.",
  },

  blocking: {
    block: "Bloquear",
    unblock: "Desbloquear",
    about:
      "As mensagens diretas dessa pessoa são recusadas, ela não pode adicionar você a salas, e o que escreve nas " +
      "salas fica recolhido para você. Ela não é avisada.",
  },

  moderation: {
    reports: "Denúncias",
    noReports: "Nada foi denunciado aqui.",
    reportGone: "A mensagem foi apagada.",
    outcomes: { dismissed: "Dispensar", removed: "Remover mensagem", muted: "Silenciar por um dia", banned: "Banir" },
    removeTitle: "Remover esta mensagem?",
    removeText: "Ela é apagada para todos, para sempre. O motivo fica no lugar dela.",
    remove: "Remover mensagem",
    reason: "Motivo (opcional)",
    reasonHint: "Todos na sala o leem",
    auditHint: "Para o registro de auditoria",
    report: "Denunciar…",
    reportTitle: "Denunciar esta mensagem",
    reportText: "A moderação da sala e os administradores veem a mensagem, o seu nome e o que escrever aqui.",
    reportReason: "O que há de errado com ela?",
    reportSend: "Enviar denúncia",
    reported: "Denunciada. Obrigado: a moderação vai olhar.",
    mute: "Silenciar",
    unmute: "Liberar a fala",
    muteFor: "Silenciar por",
    durations: { m10: "10 minutos", h1: "Uma hora", d1: "Um dia", d7: "Uma semana", ever: "Até ser liberado" },
    mutedMark: "silenciado",
    rules: "Regras da sala",
    readOnlyChoice: "Somente leitura",
    readOnlyHint: "Só moderadores e donos escrevem; todos reagem",
    keep: "As mensagens são guardadas",
    keepAsServer: "Como no servidor",
    keepDays: (n: number) => count(n, { one: "# dia", other: "# dias" }),
    keepHint: "As mais antigas são apagadas para todos, para sempre.",
    edit: "As mensagens podem ser editadas",
    editAsServer: "Conforme o servidor",
    editMinutes: (n: number) => count(n, { one: "por # minuto", other: "por # minutos" }),
  },

  mentions: {
    everybody: "Chamar todos da sala",
    present: "Chamar quem está aqui",
    none: "Ninguém chamou você ainda. Quando alguém escrever @ e o seu nome, a mensagem aparece aqui.",
  },

  notify: {
    newMessage: "Nova mensagem",
    title: "Notificações",
    open: "Notificações…",
    ofRoom: (room: string) => isolated`Em ${room}`,
    asUsual: "Como sempre",
    usually: "Em geral",
    levels: { all: "Todas as mensagens", mentions: "Só quando me chamam", nothing: "Nada" },
    direct: "Mensagens diretas são sempre avisadas, a não ser que aqui esteja nada.",
    quiet: "Horário de silêncio",
    quiet_from: "Das",
    quiet_to: "Até",
    sounds: "Um som suave com cada notificação",
    showText: "Mostrar o que foi dito",
    off: "Este navegador ainda não avisa você de mensagens.",
    onOpen: "Este navegador avisa enquanto o Parley está aberto nele.",
    onAlways: "Este navegador avisa de mensagens, mesmo com o Parley fechado.",
    enable: "Ativar notificações",
    enablePush: "Avisar também com ele fechado",
    disablePush: "Só enquanto está aberto",
    denied: "Este navegador não mostra notificações deste site: permita-as nas configurações dele.",
    unsupported: "Este navegador não tem notificações.",
  },

  bookmarks: {
    none: "Nada guardado ainda. Guarde uma mensagem pelo menu dela; ninguém mais fica sabendo.",
    add: "Guardar",
    remove: "Não guardar mais",
    gone: "Esta mensagem já não existe.",
  },

  room: {
    wasDeleted: (room) => isolated`A sala "${room}" foi excluída.`,
    wasRemoved: (room) => isolated`Você foi removido de "${room}".`,
    edit: "Editar sala…",
    leave: "Sair da sala…",
    delete: "Excluir sala…",
  },

  offline: {
    title: "Sem conexão",
    nothing: "Não há acesso ao servidor, e este navegador não guarda nada que se possa mostrar aqui.",
    notThis: "Não há acesso ao servidor, e esta página precisa dele. As últimas mensagens continuam aqui.",
    toChat: "Voltar à conversa",
    again: "Tentar de novo",
  },

  browse: {
    filter: "Filtrar salas",
    filterHint: "Filtrar por nome ou assunto",
    join: "Entrar",
    joinRoom: (room) => isolated`Entrar em ${room}`,
    open: "Abrir",
    openRoom: (room) => isolated`Abrir ${room}`,
    none: "Ainda não há salas públicas.",
    noneMatch: "Nenhuma sala pública corresponde.",
    create: "Criar uma",
  },

  failures: {
    refused,
  },

  unsent: {
    title: "Não enviadas",
    gone: "Em uma sala da qual você não participa mais",
    open: "Ir para a sala",
  },

  absent: {
    sentence: (names, people) =>
      isolated`${names} ${
        count(people, {
          one: "não participa desta sala e não recebeu aviso.",
          other: "não participam desta sala e não receberam aviso.",
        })
      }`,
    add: (_people) => "Adicionar à sala",
  },

  added: {
    sentence: (name) => isolated`${name} colocou você nesta sala.`,
    stay: "Ficar",
    leave: "Sair…",
  },
};

/** What pages say that the server alone renders: no script has it. */
export const pages: PageStrings = {
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

  app: {
    description: "Um lugar calmo para a equipe conversar.",
    back: "Voltar à conversa",
  },

  account: {
    username: "Nome de usuário",
    displayName: "Nome exibido",
    password: "Senha",
  },

  login: {
    title: "Entrar",
    sentence: "Um lugar calmo para sua equipe conversar.",
    newHere: "Primeira vez aqui?",
    register: "Criar uma conta",
    submit: "Entrar",
    forgot: "Esqueceu a senha?",
  },

  register: {
    sentence: "Escolha um nome e pronto.",
    already: "Já tem uma conta?",
    usernameHint: "Letras minúsculas, dígitos e _ . -",
    displayName: "Nome exibido (opcional)",
    displayNameHint: "O que os outros veem, em qualquer escrita",
    passwordHint: (least) => isolated`Pelo menos ${least} caracteres`,
    setupCode: "Código de instalação",
    setupCodeHint: "O servidor o escreveu no registro ao iniciar",
    invitation: "Código de convite",
    invitationHint: "Peça a alguém que já está aqui",
    submit: "Criar conta",
  },

  recover: {
    title: "Esqueceu a senha?",
    sentence: "Um código de recuperação dá uma nova. Sem código, peça ao administrador.",
    code: "Código de recuperação",
    codeHint: "Um dos dez que as configurações deram; cada um vale uma vez",
    newPassword: "Nova senha",
    passwordHint: (least: number) => isolated`Pelo menos ${least} caracteres. Você sai de todos os aparelhos.`,
    submit: "Definir a nova senha",
    done: "A nova senha está valendo. Entre com ela.",
  },

  recovery: {
    title: "Códigos de recuperação",
    about: "Cada um dá uma nova senha uma vez, caso você esqueça a sua. Guarde-os onde só você os encontre.",
    left: (n: number) =>
      n === 0 ? "Você não tem nenhum." : count(n, { one: "Você ainda tem #.", other: "Você ainda tem #." }),
    once: "Estes são os seus códigos. Aparecem só desta vez; os anteriores não valem mais.",
    make: "Criar códigos de recuperação",
    again: "Criar novos",
    noReminder: "Não me lembre disto",
  },

  deletion: {
    title: "Excluir a conta",
    about:
      "Você sai de todos os aparelhos e das suas salas. O seu nome continua ocupado, para ninguém se passar por você.",
    ask: "Excluir a minha conta…",
    erase: "Apagar também tudo o que escrevi; senão fica como “Deleted user”",
    sure: "Tenho certeza: isto não pode ser desfeito",
    submit: "Excluir a minha conta",
  },

  admin: {
    title: "Administração",
    link: "Administração",
    sections: {
      overview: "Visão geral",
      users: "Pessoas",
      rooms: "Salas",
      team: "Sua equipe",
      invitations: "Convites",
      reports: "Denúncias",
      audit: "Auditoria",
    },
    done: "Feito.",
    more: "Mostrar mais",
    now: "Agora",
    nowHint: "De todos os isolados deste processo. Coletores leem mais em /metrics.",
    figures: {
      sockets: "Conexões",
      users: "Pessoas conectadas",
      rooms: "Salas acompanhadas",
      events: "Eventos por segundo",
      memory: "Memória",
      uptime: "No ar há",
      isolates: "Isolados",
      errors: "Erros do armazenamento",
    },
    hours: (n: number) =>
      n < 48
        ? isolated`${n.toLocaleString("pt-BR", { maximumFractionDigits: 1 })} h`
        : isolated`${Math.round(n / 24)} dias`,
    limits: "Limites",
    limitsHint: "As configurações em vigor. Vêm do ambiente e valem desde o início do servidor.",
    findPerson: "Procurar uma pessoa",
    find: "Procurar",
    nobody: "Ninguém aqui tem esse nome.",
    newPassword: (name: string) =>
      isolated`A nova senha de @${name}, mostrada só desta vez. Os códigos de recuperação não funcionam mais:`,
    since: (time: string) => isolated`Aqui desde ${time}`,
    manage: "Gerenciar",
    reason: "Motivo",
    eraseToo: "Apagar também as mensagens",
    sure: "Sim, para sempre",
    marks: {
      admin: "administrador",
      disabled: "desativada",
      private: "privada",
      readOnly: "só leitura",
      empty: "vazia",
    },
    roomsHint: "Só nomes, números e regras: o que se diz numa sala é para quem participa dela.",
    endsAt: (day) => isolated`Ninguém está nela; será excluída em ${day}, se ninguém a receber`,
    newOwner: "Nome de usuário",
    noRooms: "Não há salas.",
    roomFigures: (members: number, messages: number) =>
      isolated`${count(members, { one: "# membro", other: "# membros" })} · ${
        count(messages, { one: "# mensagem", other: "# mensagens" })
      }`,
    kept: (days: number) => count(days, { one: "guardada por # dia", other: "guardada por # dias" }),
    days: "Dias",
    uses: "Contas",
    noInvitations: "Nenhum convite vale agora. Crie um acima.",
    invitation: (uses: number, until: string) =>
      isolated`${count(uses, { one: "# conta", other: "# contas" })} até ${until}`,
    noReports: "Nenhuma denúncia aberta. Tudo calmo.",
    reportedBy: (name: string, time: string) => isolated`@${name} em ${time}`,
    direct: "uma conversa direta",
    gone: "A mensagem foi apagada.",
    auditHint: "Quem fez o quê. Só se acrescenta.",
    noAudit: "Nada foi feito ainda.",
    download: "Baixar",
    operator: "O operador",
    server: "O servidor",
    acts: {
      assign: "Dar a alguém",
      enable: "Ativar",
      disable: "Desativar",
      reset: "Redefinir a senha",
      signOut: "Encerrar as sessões",
      makeAdmin: "Tornar administrador",
      revokeAdmin: "Retirar o papel",
      deleteAccount: "Excluir a conta",
      retention: "Definir a guarda (0: como no servidor)",
      readOnly: "Tornar só leitura",
      openRoom: "Deixar todos escreverem",
      deleteRoom: "Excluir a sala",
      invite: "Criar um convite",
      revoke: "Revogar",
      dismiss: "Dispensar",
      remove: "Remover mensagem",
      mute: "Silenciar por um dia",
      ban: "Banir da sala",
    },
    audit: {
      message_removed: "removeu uma mensagem",
      member_removed: "removeu um membro",
      member_banned: "baniu de uma sala",
      member_unbanned: "retirou um banimento",
      member_muted: "silenciou",
      member_unmuted: "liberou a fala",
      role_changed: "deu um papel",
      room_changed: "mudou uma sala",
      room_deleted: "excluiu uma sala",
      report_handled: "resolveu uma denúncia",
      account_disabled: "desativou uma conta",
      account_enabled: "ativou uma conta",
      account_deleted: "excluiu uma conta",
      admin_granted: "tornou administrador",
      admin_revoked: "retirou o papel de administrador",
      password_reset: "redefiniu uma senha",
      sessions_ended: "encerrou as sessões",
      recovery_codes_made: "criou códigos de recuperação",
      account_recovered: "usou um código de recuperação",
      invitation_made: "criou um convite",
      invitation_changed: "mudou um convite",
      server_changed: "mudou o nome ou as regras do servidor",
      phone_signed_in: "entrou em um celular",
      invitation_revoked: "revogou um convite",
    },
  },

  errors: {
    refused: "Não deu certo",
    notFound: { title: "Nada aqui", message: "Esta página foi removida ou o endereço tem um engano." },
    foreign: { title: "Não daqui", message: "Abra a página neste próprio site e envie o formulário de novo." },
    method: { title: "Não assim", message: "Este endereço não aceita esse tipo de pedido." },
    broken: {
      title: "Algo quebrou",
      message: "A falha é nossa. Nada do que você enviou antes se perdeu; tente de novo daqui a pouco.",
    },
  },

  settings: {
    title: "Configurações",
    signOut: "Sair deste navegador",
    done: {
      profile: "Salvo. É assim que os outros veem você agora.",
      appearance: "Salvo.",
      password: "Sua senha foi alterada e suas outras sessões foram encerradas.",
      sessions: "Sessão encerrada.",
      blocked: "Desbloqueada.",
    },
  },

  archive: {
    newer: "Mensagens mais novas",
  },

  blocked: {
    title: "Pessoas bloqueadas",
    none: "Ninguém. Para bloquear alguém, abra o perfil da pessoa a partir da lista de uma sala.",
    unblock: "Desbloquear",
  },

  profile: {
    title: "Perfil",
    color: "Cor",
    colorNumber: (n) => isolated`Cor ${n}`,
    save: "Salvar perfil",
    choosePicture: "Escolher uma foto…",
    removePicture: "Remover foto",
    pictureFailed: "Não foi possível usar essa foto. Tente outra.",
  },

  appearance: {
    title: "Aparência",
    theme: "Tema",
    themes: {
      system: { label: "Sistema", hint: "Como neste dispositivo" },
      light: { label: "Claro", hint: "Papel morno" },
      dark: { label: "Escuro", hint: "Noite morna" },
    },
    density: "Densidade",
    densities: {
      comfortable: { label: "Confortável", hint: "Com mais espaço" },
      compact: { label: "Compacta", hint: "Mais na tela" },
    },
    language: "Idioma",
    languageAuto: "O que o navegador pede",
    time: "Horas",
    times: { auto: "Como se escreve no idioma", 12: "12 horas (2:05 PM)", 24: "24 horas (14:05)" },
    save: "Salvar aparência",
    saved: "Salvo em todos os seus dispositivos.",
    failed: "Não foi possível salvar. Verifique a conexão e escolha de novo.",
  },

  password: {
    current: "Senha atual",
    new: "Nova senha",
    hint: (least) => isolated`Pelo menos ${least} caracteres. Suas outras sessões serão encerradas.`,
    change: "Alterar senha",
  },

  sessions: {
    title: "Onde você está conectado",
    end: "Encerrar",
    endOf: (device) => isolated`Encerrar a sessão em ${device}`,
    endOthers: "Encerrar todas as outras",
    thisBrowser: "Este navegador",
    lastUsed: (time) => isolated`Último uso: ${time}`,
    apiClient: "Cliente da API",
    browserOn: (browser, system) => isolated`${browser} em ${system}`,
    unknownDevice: "Dispositivo desconhecido",
  },

  joinPage: {
    joinRoom: (room) => isolated`Entrar em ${room}`,
    about: "Uma sala pública. Entre para ler o que foi dito e participar.",
    notNow: "Agora não",
  },

  quota: {
    title: "Seus arquivos",
    used: (used, most) => isolated`${used} de ${most} em uso`,
    hint: "Ao excluir uma mensagem com arquivos, o espaço deles volta.",
  },
};
