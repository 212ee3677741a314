/** The Portuguese texts of pages that the server alone renders. */
import { isolated } from "../../protocol/text/bidi.ts";
import { ptFirstDay } from "./pt_first_day.ts";
import { counter } from "./plural.ts";
import type { PageStrings } from "./en_pages.ts";

const count = counter("pt-BR");

export const ptPages: PageStrings = {
  ...ptFirstDay,
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
