/** What the server refuses, in Portuguese: by its code, and by the field where one is named. */
import type { ErrorCode } from "../../base/errors.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Failure } from "./failure.ts";

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

/** What the page itself refuses. */
const TOO_OLD =
  "Isto foi escrito há uma semana ou mais e pode já ter sido enviado. Tentar de novo envia agora, talvez pela segunda vez.";

const FIELDS = new Map<string, string>([
  ["username", "O nome de usuário tem de 1 a 32 caracteres: letras de a a z, dígitos e _ . -"],
  ["display_name", `O nome exibido tem de 1 a ${LIMITS.display_name} caracteres visíveis.`],
  ["password", `A senha tem pelo menos ${LIMITS.password_min} caracteres e não é uma das mais comuns.`],
  ["new_password", `A senha tem pelo menos ${LIMITS.password_min} caracteres e não é uma das mais comuns.`],
  ["current_password", "A senha atual não confere."],
  ["name", `O nome da sala tem de 1 a ${LIMITS.room_name} caracteres.`],
  ["topic", `O assunto tem no máximo ${LIMITS.topic} caracteres.`],
  ["content", `Uma mensagem tem de 1 a ${LIMITS.content} caracteres.`],
]);

const FULL =
  "Não há mais espaço para seus arquivos: exclua mensagens com arquivos. As configurações mostram quanto está em uso.";

const UNANSWERED =
  "Essa pessoa ainda não respondeu às salas em que a colocaram: ela precisa ficar em algumas ou sair delas.";

export function refusedPt({ code, field, message, retryAfter }: Failure): string {
  if (code === "limit_reached" && field === "file") return FULL;
  if (code === "too_old") return TOO_OLD;
  if (code === "limit_reached" && field === "user_id") return UNANSWERED;
  const byField = code === "invalid" || code === "bad_credentials" ? FIELDS.get(field ?? "") : undefined;
  if (byField !== undefined) return byField;
  if (code === "rate_limited" && retryAfter !== undefined) {
    return `Rápido demais: tente de novo em ${Math.ceil(retryAfter)} s.`;
  }
  return new Map<string, string>(Object.entries(ERRORS)).get(code) ?? message;
}
