/** The few calls of Cognito's JSON API that sign-in needs: plain `fetch`, so that no SDK is shipped. */

import type { Config } from "../config";

export interface Tokens {
  accessToken: string;
  refreshToken: string;
  /** Milliseconds since 1970, by this machine's clock. */
  expiresAt: number;
}

/** Cognito said no; `code` is the name of its exception, `offline` if it could not be asked. */
export class CognitoError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.name = "CognitoError";
    this.code = code;
  }
}

interface AuthAnswer {
  AuthenticationResult?: { AccessToken: string; RefreshToken?: string; ExpiresIn: number };
  ChallengeName?: string;
}

export class Cognito {
  readonly #config: Config;

  constructor(config: Config) {
    this.#config = config;
  }

  /** Make an account; return whether it can sign in already, or must be confirmed by a code first. */
  async signUp(email: string, password: string): Promise<boolean> {
    const answer = await this.#call<{ UserConfirmed: boolean }>("SignUp", {
      Username: email,
      Password: password,
      UserAttributes: [{ Name: "email", Value: email }],
    });
    return answer.UserConfirmed;
  }

  async confirm(email: string, code: string): Promise<void> {
    await this.#call("ConfirmSignUp", { Username: email, ConfirmationCode: code });
  }

  async sendCodeAgain(email: string): Promise<void> {
    await this.#call("ResendConfirmationCode", { Username: email });
  }

  async signIn(email: string, password: string): Promise<Tokens> {
    const parameters = { USERNAME: email, PASSWORD: password };
    return tokensOf(await this.#auth("USER_PASSWORD_AUTH", parameters));
  }

  async refresh(refreshToken: string): Promise<Tokens> {
    return tokensOf(await this.#auth("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: refreshToken }), refreshToken);
  }

  async revoke(refreshToken: string): Promise<void> {
    await this.#call("RevokeToken", { Token: refreshToken });
  }

  #auth(flow: string, parameters: Record<string, string>): Promise<AuthAnswer> {
    return this.#call<AuthAnswer>("InitiateAuth", { AuthFlow: flow, AuthParameters: parameters });
  }

  async #call<T>(operation: string, body: Record<string, unknown>): Promise<T> {
    let answer: Response;
    try {
      answer = await fetch(`${this.#config.cognitoUrl}/`, {
        method: "POST",
        headers: {
          "Content-Type": "application/x-amz-json-1.1",
          "X-Amz-Target": `AWSCognitoIdentityProviderService.${operation}`,
        },
        body: JSON.stringify({ ClientId: this.#config.clientId, ...body }),
      });
    } catch {
      throw new CognitoError("offline");
    }
    const told: unknown = await answer.json().catch(() => ({}));
    if (answer.ok) return told as T;
    const type = (told as { __type?: string }).__type ?? "";
    // The name may come with its namespace: `com.amazonaws…#UsernameExistsException`.
    throw new CognitoError(type.split("#").pop() || (answer.status >= 500 ? "offline" : "unknown"));
  }
}

function tokensOf(answer: AuthAnswer, refreshToken = ""): Tokens {
  const result = answer.AuthenticationResult;
  if (!result) throw new CognitoError(answer.ChallengeName ?? "unknown");
  return {
    accessToken: result.AccessToken,
    refreshToken: result.RefreshToken ?? refreshToken,
    expiresAt: Date.now() + result.ExpiresIn * 1_000,
  };
}
