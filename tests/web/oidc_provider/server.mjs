// A real provider on loopback: prints its issuer on the first line, then answers until stopped.
// What it signs with is made at each start; people and the client come in the environment as JSON.
import { createServer } from "node:http";
import { generateKeyPairSync } from "node:crypto";
import Provider from "oidc-provider";

const { clients, people, algorithm } = JSON.parse(process.env.TEST_PROVIDER);

const { privateKey } = algorithm === "ES256"
  ? generateKeyPairSync("ec", { namedCurve: "P-256" })
  : generateKeyPairSync("rsa", { modulusLength: 2048 });
const jwk = { ...privateKey.export({ format: "jwk" }), alg: algorithm, use: "sig", kid: "first" };

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://localhost:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients,
    jwks: { keys: [jwk] },
    cookies: { keys: ["only for tests"] },
    claims: { openid: ["sub", "amr"], profile: ["preferred_username"] },
    conformIdTokenClaims: false, // claims of the scope stand in the ID token, as most providers do it
    enabledJWA: { idTokenSigningAlgValues: ["RS256", "ES256"] },
    features: { rpInitiatedLogout: { enabled: true } },
    findAccount: (context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...people[id] }),
    }),
  });
  // Its own login form knows one factor; for people who have "amr", it says what they used.
  const { loginAccount } = provider.Session.prototype;
  provider.Session.prototype.loginAccount = function with_factors(details) {
    return loginAccount.call(this, { ...details, amr: people[details.accountId]?.amr });
  };
  server.on("request", provider.callback());
  console.log(issuer);
});
