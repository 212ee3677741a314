/** The Portuguese texts of the parts of the chat page that are loaded on demand. */
import { isolated } from "../../protocol/text/bidi.ts";
import type { PartStrings } from "./en_parts.ts";
import { counter } from "./plural.ts";
import { refusedPt } from "./pt_errors.ts";

const count = counter("pt-BR");

export const ptParts: PartStrings = {
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
    refused: refusedPt,
  },

  unsent: {
    title: "Não enviadas",
    gone: "Em uma sala da qual você não participa mais",
    open: "Ir para a sala",
  },

  absent: {
    sentence: (names, people) =>
      people === 1
        ? isolated`${names} não participa desta sala e não recebeu aviso.`
        : isolated`${names} não participam desta sala e não receberam aviso.`,
    add: (_people) => "Adicionar à sala",
  },

  added: {
    sentence: (name) => isolated`${name} colocou você nesta sala.`,
    stay: "Ficar",
    leave: "Sair…",
  },

  advice: {
    title: "Uma sugestão",
    sentence: "Sem a senha você fica de fora. Códigos de recuperação deixam você voltar.",
    make: "Criar agora",
  },
};
