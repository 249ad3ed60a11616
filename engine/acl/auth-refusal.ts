import { RocketmqError } from "../base/errors.js";

/** What users and rules do not allow; answered with code 16. Upstream: AuthenticationException, AuthorizationException. */
export class AuthRefusal extends RocketmqError {
  override name = "AuthRefusal";

  constructor(message: string) {
    super(message, { kind: "denied" });
  }
}
