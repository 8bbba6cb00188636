package build

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// security says who is who, what each may do, and what could go wrong at the
// borders of this system.
func (b *builder) security() {
	s := &b.a.Security
	s.By = b.by("identity", "service-identity", "roles")
	for _, a := range b.m.Actors {
		if !a.Guest {
			s.Serves = append(s.Serves, a.Path)
		}
	}
	b.issuer(s)
	b.claims(s)
	b.roles(s)
	b.scopes(s)
	b.principals(s)
	b.zones(s)
	b.inventory(s)
	b.threats(s)
	b.abuse(s)
	b.audit(s)
}

// endpoints are the paths of an issuer's OAuth endpoints below its address, by
// technology, as its documentation gives them; %s is the system.
var endpoints = []struct{ technology, realm, authorize, token string }{
	{"keycloak", "/realms/%s", "/protocol/openid-connect/auth", "/protocol/openid-connect/token"}, // keycloak.org, Securing applications
	{"cognito", "", "/oauth2/authorize", "/oauth2/token"},                                         // docs.aws.amazon.com/cognito, Federation endpoints
	{"entra-id", "", "/oauth2/v2.0/authorize", "/oauth2/v2.0/token"},                              // learn.microsoft.com/entra/external-id
	{"auth0", "", "/authorize", "/oauth/token"},                                                   // auth0.com/docs/api/authentication
}

// issuer names who signs tokens, and with what. Services only verify, so that the
// algorithm is the one that costs them least.
func (b *builder) issuer(s *arch.Security) {
	provider := string(b.p.Choice("identity"))
	if provider == "" || provider == "none" {
		return
	}
	s.Provider = provider
	base := "https://login." + b.domain()
	here, _ := b.p.Issuer()
	for _, e := range endpoints {
		if e.technology == provider || e.technology == here {
			if e.realm != "" {
				base += fmt.Sprintf(e.realm, b.slug())
			}
			s.AuthorizeURL, s.TokenURL = base+e.authorize, base+e.token
			break
		}
	}
	s.Issuer, s.Audience = base, "https://api."+b.domain()
	rsa, ecdsa := b.reference("host.jwt-verify-rs256"), b.reference("host.jwt-verify-es256")
	s.Algorithms = []string{"RS256"}
	if ecdsa.Known() && ecdsa.N < rsa.N {
		s.Algorithms = []string{"ES256"}
	}
}

// claims are what a service verifies of a token before it does anything.
func (b *builder) claims(s *arch.Security) {
	if s.Provider == "" {
		return
	}
	skew, cached := b.reference("tokens.clock-skew"), b.reference("tokens.signing-keys-cached")
	s.Claims = []arch.Claim{
		{Name: "iss", Check: fmt.Sprintf("%s, keys kept %s", s.Issuer, cached)},
		{Name: "aud", Check: s.Audience},
		{Name: "exp", Check: fmt.Sprintf("ahead, clocks %s apart", skew)},
		{Name: "scope", Check: fmt.Sprintf("the operation's, of %d", len(b.scopeUse()))},
	}
	var owned []string
	for i := range b.a.Operations {
		if op := &b.a.Operations[i]; op.Auth.Object == "own" && op.Auth.Owner != "" && op.Entity != "" {
			owned = append(owned, fact.Phrase(string(op.Entity))+"."+op.Auth.Owner)
		}
	}
	slices.Sort(owned)
	owned = slices.Compact(owned)
	if len(owned) > 0 {
		s.Claims = append(s.Claims, arch.Claim{Name: "sub", Check: "owner by " + strings.Join(some(owned, 8), ", ")})
	}
	if t := b.m.Context.Tenant; t != nil {
		s.Claims = append(s.Claims, arch.Claim{Name: "tenant", Check: fmt.Sprintf("the %s of the row", fact.Phrase(t.Name))})
	}
	var roles []string
	for _, a := range b.m.Actors {
		if len(a.Roles) > 0 {
			roles = append(roles, fmt.Sprintf("%s (%s)", fact.Phrase(a.Name), strings.Join(a.Roles, ", ")))
		}
	}
	if len(roles) > 0 {
		s.Claims = append(s.Claims, arch.Claim{Name: "roles", Check: strings.Join(roles, ", ")})
	}
	for _, a := range b.m.Actors {
		if a.Reaches("partner") {
			s.Claims = append(s.Claims, arch.Claim{Name: "client_id", Check: fmt.Sprintf("a registered %s", fact.Phrase(a.Name))})
			break
		}
	}
}

// roles lists what each may do, from the operations that admit it.
func (b *builder) roles(s *arch.Security) {
	at := map[arch.RoleID]int{}
	for _, a := range b.m.Actors {
		for _, r := range rolesOf(a) {
			id := roleID(a, r)
			at[id] = len(s.Roles)
			s.Roles = append(s.Roles, arch.Role{ID: id, Actor: arch.ActorID(a.Name)})
		}
	}
	for i := range b.a.Operations {
		op := &b.a.Operations[i]
		for _, id := range op.Auth.Roles {
			j, ok := at[id]
			if !ok {
				continue
			}
			r := &s.Roles[j]
			r.Operations = append(r.Operations, op.ID)
			if sc := op.Auth.Scope; sc != "" && !slices.Contains(r.Scopes, sc) {
				r.Scopes = append(r.Scopes, sc)
			}
		}
	}
	for i := range s.Roles {
		slices.Sort(s.Roles[i].Scopes)
	}
}

// scopeUse lists, per scope, the operations that ask for it.
func (b *builder) scopeUse() map[string][]string {
	use := map[string][]string{}
	for i := range b.a.Operations {
		if op := &b.a.Operations[i]; op.Auth.Scope != "" {
			use[op.Auth.Scope] = append(use[op.Auth.Scope], fact.Phrase(string(op.ID)))
		}
	}
	return use
}

func (b *builder) scopes(s *arch.Security) {
	use := b.scopeUse()
	for _, name := range keysOf(use) {
		s.Scopes = append(s.Scopes, arch.Scope{Name: name, About: sentenceCase(and(some(use[name], 5))) + "."})
	}
}

// principals are the identities of the deployables, with no right that none of
// their flows needs.
func (b *builder) principals(s *arch.Security) {
	grants := map[arch.DeployableID]map[[2]string][]string{}
	add := func(who arch.DeployableID, to, do, what string) {
		if grants[who] == nil {
			grants[who] = map[[2]string][]string{}
		}
		key := [2]string{to, do}
		if !slices.Contains(grants[who][key], what) {
			grants[who][key] = append(grants[who][key], what)
		}
	}
	for i := range b.a.Flows {
		b.grantsOf(b.useCases[b.a.Flows[i].UseCase], b.a.Flows[i].Steps, add)
	}
	for i := range b.a.Channels {
		ch := &b.a.Channels[i]
		for _, sub := range ch.Subscribers {
			add(sub.Deployable, string(ch.ID), "consume", and(some(eventNames(ch.Events), 4)))
			add(sub.Deployable, string(ch.DeadLetter), "publish", "what could not be handled")
		}
	}
	for _, d := range b.p.Deployables {
		p := arch.Principal{ID: "spiffe://" + b.domain() + "/" + string(d.ID), Deployable: d.ID}
		for key, what := range grants[d.ID] {
			slices.Sort(what)
			p.May = append(p.May, arch.Grant{To: key[0], Do: key[1], What: and(some(what, 8))})
		}
		slices.SortFunc(p.May, func(x, y arch.Grant) int { return cmp.Or(cmp.Compare(x.To, y.To), cmp.Compare(x.Do, y.Do)) })
		s.Services = append(s.Services, p)
	}
}

func eventNames(ids []arch.EventID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

// grantsOf notes what the deployable of a use case needs for its own steps. Steps
// inside a call of another deployable are that one's business.
func (b *builder) grantsOf(u *model.UseCase, steps []arch.Step, add func(who arch.DeployableID, to, do, what string)) {
	who := b.unit(u).ID
	for i := range steps {
		s := &steps[i]
		switch {
		case s.Kind == "store":
			add(who, s.Target, s.Mode, b.schemasOf(arch.StoreID(s.Target)))
		case s.Kind == "publish":
			from, _, _ := strings.Cut(string(s.Edge), "/") // what a use case changes elsewhere is told there
			add(arch.DeployableID(from), s.Target, "publish", s.Name)
		case s.Kind == "invoke" && s.Edge != "":
			add(who, s.Target, "call", b.calledFor(u, s))
			continue
		}
		if s.Kind == "cache" || s.Kind == "invoke" && !namesUseCase(u, s) {
			b.grantsOf(u, s.Steps, add)
		}
	}
}

// schemasOf are the parts of a store, one for each context.
func (b *builder) schemasOf(id arch.StoreID) string {
	var names []string
	if st := b.a.Store(id); st != nil {
		for _, c := range st.Contexts {
			names = append(names, fact.Snake(string(c)))
		}
	}
	return "schema " + and(names)
}

// calledFor is the operation that a call between deployables is for.
func (b *builder) calledFor(u *model.UseCase, s *arch.Step) string {
	for _, l := range b.links[u] {
		if l.To == nil || string(l.To.Unit.ID) != s.Target {
			continue
		}
		op, ok := b.serves[l.Name]
		switch {
		case !ok:
		case l.Target != nil && fact.Phrase(l.Target.Name) == s.Name,
			l.Read != nil && "ask for "+fact.Phrase(l.Aggregate.Name) == s.Name,
			l.Target == nil && l.Read == nil && strings.HasPrefix(s.Name, "have "):
			return string(op)
		}
	}
	return fact.Camel(s.Name)
}
