package catalog

var identity = []Kind{Identity}

// identityProperties describe who issues tokens.
var identityProperties = []Property{
	flag("authorization-code-pkce", identity, "the login flow for browsers and apps, with proof key"),
	flag("client-credentials", identity, "tokens for programs"),
	flag("device-code", identity, "login on one device for another"),
	flag("token-exchange", identity, "trades a token for a narrower one or one for another audience (RFC 8693)"),
	flag("refresh-rotation", identity, "a refresh token is used once and its reuse is noticed"),
	flag("private-key-jwt", identity, "programs prove themselves by signature instead of a shared secret"),
	flag("sender-constrained", identity, "tokens bound to the client's key (DPoP or mutual TLS)"),
	flag("pushed-authorization", identity, "authorisation requests go by the back channel first (RFC 9126)"),
	flag("token-introspection-endpoint", identity, "answers whether a token is still good (RFC 7662)"),
	flag("token-revocation", identity, "revokes refresh tokens (RFC 7009)"),
	flag("saml", identity, "takes logins from SAML identity providers"),
	flag("social-login", identity, "takes logins from public identity providers"),
	flag("second-factor", identity, "asks for a second factor"),
	flag("passkeys", identity, "login without a password (WebAuthn)"),
	flag("organisations", identity, "keeps customers' organisations apart, each with its own login"),
	flag("custom-claims", identity, "puts claims of ours into tokens"),
	flag("user-import", identity, "takes existing accounts with their password hashes or migrates them at first login"),
	flag("roles", identity, "keeps roles and puts them into tokens"),
	flag("breach-protection", identity, "notices leaked passwords and login attacks"),
	number("accounts-max", "count", identity, "accounts in one directory or pool, default limit"),
	number("logins-node", "1/s", identity, "password logins a second that one node of 4 vCPU sustains"),
	number("tokens-max", "1/s", identity, "token or login calls a second allowed by default"),
	number("tokens-node", "1/s", identity, "client-credentials or refresh calls a second that one vCPU sustains"),
	number("free-accounts", "count", identity, "accounts active in a month that cost nothing"),
	number("price-account", "USD/account-month", identity, "list price of an account active in a month beyond the free ones, first paid band"),
	number("price-month", "USD/month", identity, "lowest monthly list price of the plan a production system needs"),
	number("access-token-lifetime", "s", []Kind{Identity, Reference}, "life of an access token when nothing is set"),
	number("refresh-token-lifetime", "s", identity, "life of a refresh token when nothing is set"),
}
