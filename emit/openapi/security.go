package openapi

import (
	"fmt"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit/tree"
	"plumb.dev/plumb/fact"
)

// mutualTLS is the scheme of interfaces between services.
const mutualTLS = "mutualTLS"

// scheme is the name of the security scheme for people and partners.
func (d *document) scheme() string {
	if name := fact.Camel(d.arch.Security.Provider); name != "" {
		return name
	}
	return "oauth2"
}

// security prints what an operation asks of its caller.
func (d *document) security(op *arch.Operation) []any {
	switch {
	case op.Auth.Anonymous:
		return []any{}
	case d.api.Internal:
		return []any{tree.Of(mutualTLS, []any{})}
	case op.Auth.Scope == "" || d.discovered():
		return []any{tree.Of(d.scheme(), []any{})}
	}
	return []any{tree.Of(d.scheme(), []any{op.Auth.Scope})}
}

// securitySchemes prints the schemes that the operations and webhooks use.
func (d *document) securitySchemes(ops []*arch.Operation) *tree.Map {
	out := &tree.Map{}
	signedIn := slices.ContainsFunc(ops, func(op *arch.Operation) bool { return !op.Auth.Anonymous })
	switch {
	case signedIn && d.api.Internal:
		out.Set(mutualTLS, tree.Of("type", "mutualTLS", "description", fmt.Sprintf("Services of %s prove who they are with their own certificates.", d.arch.System.Name)))
	case signedIn:
		out.Set(d.scheme(), d.tokens(ops))
	}
	for _, w := range d.webhooks[d.api.ID] {
		out.Set(signatureScheme(w), tree.Of("type", "apiKey", "in", "header", "name", signatureHeader(w), "description", w.Signature))
	}
	return out
}

// tokens prints how callers get access tokens: by OAuth 2.0 where the provider's
// endpoints are known, else by OpenID Connect discovery.
func (d *document) tokens(ops []*arch.Operation) *tree.Map {
	s, scopes := d.arch.Security, d.scopes(ops)
	if d.discovered() {
		return tree.Of("type", "openIdConnect", "description", d.tokenPolicy(), "openIdConnectUrl", s.Issuer+"/.well-known/openid-configuration")
	}
	flows := &tree.Map{}
	code, credentials := d.grants()
	if code {
		flows.Set("authorizationCode", tree.Of("authorizationUrl", s.AuthorizeURL, "tokenUrl", s.TokenURL, "refreshUrl", s.TokenURL, "scopes", scopes))
	}
	if credentials || !code {
		flows.Set("clientCredentials", tree.Of("tokenUrl", s.TokenURL, "scopes", scopes))
	}
	return tree.Of("type", "oauth2", "description", d.tokenPolicy(), "flows", flows)
}

// discovered reports whether clients find the provider's endpoints by OpenID Connect
// discovery alone. OpenAPI's scheme for that declares no scopes, so that operations
// name theirs in x-plumb-authorization only.
func (d *document) discovered() bool {
	code, _ := d.grants()
	return d.arch.Security.TokenURL == "" || code && d.arch.Security.AuthorizeURL == ""
}

// grants tells which OAuth flows the audience of the interface uses.
func (d *document) grants() (code, credentials bool) {
	for _, id := range d.api.Audience {
		if a := d.actors[id]; a != nil {
			switch a.SignIn.Flow {
			case "authorization-code-pkce", "device":
				code = true
			case "client-credentials", "token-exchange":
				credentials = true
			}
		}
	}
	return code, credentials
}

// tokenPolicy says per client how long its tokens last.
func (d *document) tokenPolicy() string {
	out := fmt.Sprintf("Access tokens of %s.", d.arch.Security.Issuer)
	for _, id := range d.api.Audience {
		a := d.actors[id]
		if a == nil || !a.SignIn.Access.Known() {
			continue
		}
		out += fmt.Sprintf(" For %s: %s, %s", fact.Phrase(string(id)), fact.Phrase(a.SignIn.Flow), a.SignIn.Access)
		if a.SignIn.Refresh.Known() {
			out += fmt.Sprintf(", refreshed for %s", a.SignIn.Refresh)
		}
		out += "."
	}
	return out
}

// scopes lists those that the operations ask for, in the system's order.
func (d *document) scopes(ops []*arch.Operation) *tree.Map {
	asked := map[string]bool{}
	for _, op := range ops {
		asked[op.Auth.Scope] = true
	}
	out := &tree.Map{}
	for _, s := range d.arch.Security.Scopes {
		if asked[s.Name] {
			out.Set(s.Name, s.About)
			delete(asked, s.Name)
		}
	}
	for _, op := range ops {
		if s := op.Auth.Scope; s != "" && asked[s] && out.Get(s) == nil {
			d.problem("%s asks for the scope %q, which is not declared", op.ID, s)
		}
	}
	return out
}
