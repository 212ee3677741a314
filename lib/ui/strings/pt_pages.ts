/** What the pages say that the server alone renders, in Portuguese. */
import type { PageStrings } from "./en_pages.ts";

export const ptPages: PageStrings = {
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
  },

  register: {
    heading: "Entre no Parley",
    sentence: "Escolha um nome e pronto.",
    first: "Você é a primeira pessoa aqui e vai cuidar deste servidor.",
    closed: "Este servidor não aceita novas contas. Peça uma a quem o administra.",
    already: "Já tem uma conta?",
    usernameHint: "Letras minúsculas, dígitos e _ . -",
    displayName: "Nome exibido (opcional)",
    displayNameHint: "O que os outros veem, em qualquer escrita",
    passwordHint: (least) => `Pelo menos ${least} caracteres`,
    setupCode: "Código de instalação",
    setupCodeHint: "O servidor o escreveu no registro ao iniciar",
    invitation: "Código de convite",
    invitationHint: "Peça a alguém que já está aqui",
    submit: "Criar conta",
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
    colorNumber: (n) => `Cor ${n}`,
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
    hint: (least) => `Pelo menos ${least} caracteres. Suas outras sessões serão encerradas.`,
    change: "Alterar senha",
  },

  sessions: {
    title: "Onde você está conectado",
    end: "Encerrar",
    endOf: (device) => `Encerrar a sessão em ${device}`,
    endOthers: "Encerrar todas as outras",
    thisBrowser: "Este navegador",
    lastUsed: (time) => `Último uso: ${time}`,
    apiClient: "Cliente da API",
    browserOn: (browser, system) => `${browser} em ${system}`,
    unknownDevice: "Dispositivo desconhecido",
  },
};
