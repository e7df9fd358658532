// A certified OpenID provider (npm `oidc-provider`) on localhost, with a staff of its own and one client: the portal.
//
// Room: the provider, who can sign in, how the client proves itself. Not here: the portal (`serve.ts`).
// Invariant: nothing in it is made for Samsyn but the claims of its staff; a test turns only what an operator could.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { generateKeyPairSync, randomBytes, type JsonWebKey } from "node:crypto";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

export const LEVEL_3 = "http://id.sambi.se/loa/loa3";

/** How the provider differs between the two runs. */
export interface Manner {
  /** How the portal proves that it is the portal. */
  client: "client_secret_basic" | "private_key_jwt";
  /** The words of the claims. */
  mapping: "inera" | "generic";
  /** Whether claims stand in the ID token, or at the userinfo endpoint only, as Core §5.4 says. */
  claimsIn: "id_token" | "userinfo";
}

export const CLIENT_ID = "samsyn";
export const CLIENT_SECRET = randomBytes(24).toString("base64url");
const client = generateKeyPairSync("ec", { namedCurve: "P-256" });
/** The portal's private key, as its configuration names it. */
export const CLIENT_KEY = client.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
export const CLIENT_KEY_ID = "portal-2026";

const commission = {
  commissionHsaId: "SE9999200002-U1",
  commissionPurpose: "Vård och behandling",
  healthCareUnitHsaId: "SE9999200002-E201",
  healthCareUnitName: "Hemsjukvården Storsjö norr",
  healthcareProviderHsaId: "SE9999200002-HSL",
};
const INERA = {
  employeeHsaId: "SE9999200002-P1",
  given_name: "Karin",
  family_name: "Dahl",
  title: "leg. sjuksköterska",
  healthcareProfessionalLicence: ["SJ"],
  credentialPersonalIdentityNumber: "189001019802",
  allCommissions: JSON.stringify([commission]),
};
const GENERIC = {
  employee_id: "SE9999200002-P1",
  name: "Karin Dahl",
  title: "leg. sjuksköterska",
  licences: ["Sjuksköterska"],
  assignments: [
    {
      assignment_id: "U1",
      purpose: "Vård och behandling",
      unit_id: "SE9999200002-E201",
      unit_name: "Hemsjukvården Storsjö norr",
      provider_id: "SE9999200002-HSL",
    },
  ],
};

export class Certified {
  /** Level of assurance of the next sign-in. */
  level = LEVEL_3;
  /** Statuses of the answers to logout tokens. */
  readonly notices: string[] = [];
  private answer!: (request: IncomingMessage, response: ServerResponse) => void;
  private readonly cookieKey = randomBytes(24).toString("base64url");

  private constructor(
    private readonly server: Server,
    private readonly manner: Manner,
    private readonly portal: string,
  ) {}

  static async start(manner: Manner, portal: string): Promise<Certified> {
    const server = createServer((request, response) => certified.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const certified = new Certified(server, manner, portal);
    certified.rotateKey();
    return certified;
  }

  get issuer(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  /** Signs with a new key from now on, and publishes no other: the same provider, started anew. */
  rotateKey(): void {
    const provider = new Provider(this.issuer, this.configuration());
    provider.on("backchannel.success", () => this.notices.push("success"));
    provider.on("backchannel.error", (_context, problem) => this.notices.push(`${problem}: ${(problem as Error).cause}`));
    const protocol = provider.callback();
    this.answer = (request, response) =>
      request.url?.startsWith("/interaction/") ? void this.interact(provider, request, response) : protocol(request, response);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** One button is the whole sign-in: who one is, is not what is tested here. */
  private async interact(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { uid, prompt } = await provider.interactionDetails(request, response);
    if (request.method !== "POST") {
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end(`<!doctype html><title>${prompt.name}</title><h1>Who are you?</h1>
        <form method="post" action="/interaction/${uid}"><button>Karin Dahl</button></form>
        <form method="post" action="/interaction/${uid}?as=bo"><button>Bo Ek</button></form>`);
      return;
    }
    const accountId = request.url?.endsWith("as=bo") ? "bo" : "karin";
    await provider.interactionFinished(request, response, { login: { accountId, acr: this.level, amr: ["hwk"] } });
  }

  private configuration(): unknown {
    const signing = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
    const { mapping, claimsIn } = this.manner;
    const staff = mapping === "inera" ? INERA : GENERIC;
    return {
      clients: [this.registration()],
      jwks: { keys: [{ ...signing, use: "sig", alg: "ES256", kid: randomBytes(6).toString("hex") }] },
      cookies: { keys: [this.cookieKey] },
      acrValues: ["http://id.sambi.se/loa/loa2", LEVEL_3],
      claims: { openid: ["sub"], staff: Object.keys(staff), acr: null, auth_time: null, iss: null, sid: null },
      scopes: ["openid", "staff"],
      conformIdTokenClaims: claimsIn === "userinfo",
      pkce: { required: () => true },
      features: {
        devInteractions: { enabled: false },
        backchannelLogout: { enabled: true },
        rpInitiatedLogout: { enabled: true },
      },
      // Its own guard refuses to send logout tokens to addresses of this machine, where the portal is.
      fetch: (url: URL, { dispatcher: _guard, ...options }: RequestInit & { dispatcher?: unknown }) => fetch(url, options),
      interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
      findAccount: (_context: unknown, accountId: string) => ({
        accountId,
        claims: () => ({ ...staff, sub: accountId, ...(accountId === "bo" ? { name: "Bo Ek", given_name: "Bo", family_name: "Ek" } : {}) }),
      }),
      // The portal belongs to the house: nobody is asked for consent.
      loadExistingGrant: async (context: { oidc: { provider: Provider; client: { clientId: string }; session: { accountId: string } } }) => {
        const { provider, client, session } = context.oidc;
        const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
        grant.addOIDCScope("openid staff");
        await grant.save();
        return grant;
      },
    };
  }

  private registration(): unknown {
    const proof =
      this.manner.client === "private_key_jwt"
        ? { jwks: { keys: [{ ...(client.publicKey.export({ format: "jwk" }) as JsonWebKey), kid: CLIENT_KEY_ID, use: "sig", alg: "ES256" }] } }
        : { client_secret: CLIENT_SECRET };
    return {
      client_id: CLIENT_ID,
      ...proof,
      token_endpoint_auth_method: this.manner.client,
      id_token_signed_response_alg: "ES256",
      redirect_uris: [`${this.portal}/login/callback`],
      post_logout_redirect_uris: [`${this.portal}/signed-out`],
      backchannel_logout_uri: `${this.portal}/logout/backchannel`,
      backchannel_logout_session_required: true,
      response_types: ["code"],
      grant_types: ["authorization_code"],
    };
  }
}
