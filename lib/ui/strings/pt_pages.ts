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

  settings: {
    title: "Configurações",
    signOut: "Sair deste navegador",
    done: {
      profile: "Salvo. É assim que os outros veem você agora.",
      appearance: "Salvo.",
      password: "Sua senha foi alterada e suas outras sessões foram encerradas.",
      sessions: "Sessão encerrada.",
    },
  },

  profile: {
    title: "Perfil",
    color: "Cor",
    colorNumber: (n) => `Cor ${n}`,
    save: "Salvar perfil",
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
