/** Is a request from a known user, and may the user do this? Upstream: AuthenticationEvaluator, AuthorizationEvaluator with their default providers. */
import type { RemotingCommand } from "../protocol/remoting-command.js";
import type { AuthMetadata } from "./auth-metadata.js";
import { refusedBy } from "./auth-policy.js";
import { wantedBy } from "./auth-wants.js";
import { isSignedBy } from "./signature.js";

export interface AuthCheckOptions {
  metadata: AuthMetadata;
  authentication: boolean;
  authorization: boolean;
  /** Codes of requests that are not checked, separated by commas. */
  authenticationWhitelist: string | undefined;
  authorizationWhitelist: string | undefined;
  cluster: string;
}

export class AuthCheck {
  private readonly options: AuthCheckOptions;
  private readonly authenticatedFreely: ReadonlySet<number>;
  private readonly authorizedFreely: ReadonlySet<number>;

  constructor(options: AuthCheckOptions) {
    this.options = options;
    this.authenticatedFreely = codesOf(options.authenticationWhitelist);
    this.authorizedFreely = codesOf(options.authorizationWhitelist);
  }

  /** Why a request from this address (without port) is refused; undefined when it is not. */
  refusal(command: RemotingCommand, address: string): string | undefined {
    const { authentication, authorization } = this.options;
    const { code } = command;
    if (authentication && !this.authenticatedFreely.has(code)) {
      const reason = this.unauthenticated(command);
      if (reason !== undefined) return reason;
    }
    if (!authorization || this.authorizedFreely.has(code)) return undefined;
    return this.unauthorized(command, address);
  }

  private unauthenticated(command: RemotingCommand): string | undefined {
    const username = command.extFields["AccessKey"] ?? "";
    if (username === "") return "username cannot be null.";
    const user = this.options.metadata.user(username);
    if (user === undefined) return `User:${username} is not found.`;
    if (user.userStatus === "disable") return `User:${username} is disabled.`;
    return isSignedBy(command, user.password) ? undefined : "check signature failed.";
  }

  private unauthorized(command: RemotingCommand, address: string): string | undefined {
    const { metadata, cluster } = this.options;
    const wanted = wantedBy(command, cluster);
    if (wanted.length === 0) return undefined;
    const username = command.extFields["AccessKey"] ?? "";
    const user = metadata.user(username);
    if (user === undefined) return `User:${username} is not found.`;
    if (user.userStatus === "disable") return `User:${username} is disabled.`;
    if (user.userType === "Super") return undefined;
    const acl = metadata.acl(username);
    for (const one of wanted) {
      const reason = refusedBy(acl, one, address);
      if (reason === undefined) continue;
      const { type, name } = one.resource;
      return `User:${username} has no permission to access ${type}:${name} from ${address}, ${reason}`;
    }
    return undefined;
  }
}

function codesOf(list: string | undefined): Set<number> {
  const words = (list ?? "").split(",").filter((word) => word.trim() !== "");
  return new Set(words.map(Number));
}
