package decide

import (
	"math"
	"strings"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// How each kind of client gets and keeps tokens.

var signInQuestion = question{"sign-in", "security", "Sign-in of %s",
	func(p *Plan) []Subject { return each(p.Model.Actors, nil, ofActor) }, fillSignIn,
	"Asked of each actor. Who holds the client decides: a person with a browser or phone uses the authorisation code with PKCE (RFC 9700), a program of another company its own credentials, a thing without a browser the device flow, somebody with tokens of another issuer exchanges them (RFC 8693); guests none. An access token lives as long as a withdrawn right may linger, and longer where the issuer could not bear the renewals: people online / half its token calls a second. Options: authorization-code-pkce, client-credentials, device, token-exchange, none. Parameters access-lifetime, refresh-lifetime (s); words grants, storage, rotation (yes)."}

var (
	codeFlowDays = &assumption{"decide.sign-in-code-days", fact.Days, 2, 1, 4, "building the authorisation code flow into one kind of client, person-days"}
	secretDays   = &assumption{"decide.sign-in-secret-days", fact.Days, 0.5, 0.2, 2, "handing a program its credentials and renewing them, person-days"}
	deviceDays   = &assumption{"decide.sign-in-device-days", fact.Days, 3, 1, 6, "building the device flow with its second screen, person-days"}
	exchangeDays = &assumption{"decide.sign-in-exchange-days", fact.Days, 4, 2, 8, "building and securing the exchange of another issuer's tokens, person-days"}
)

func fillSignIn(s *sheet) {
	a := s.Actor
	cases := len(asks(s.model, a))
	access := s.accessLifetime()
	here, _ := s.plan.Issuer()
	foreign := a.SignsInWith != "" && a.SignsInWith != string(s.chosen("identity")) && a.SignsInWith != here
	none := s.none("no sign-in")
	none.outIf(!a.Guest, a.Path, "%d use cases of %s need to know who asks", cases, a.Name)
	none.score(critExposure, 0, "no credential").score(critBuild, 0, "nothing")

	code := s.option("authorization-code-pkce", "authorisation code with PKCE")
	code.outIf(!handled(a), a.Path, "nobody with a browser or phone stands before the clients of %s (%s)", a.Name, join(a.Channels))
	code.score(critExposure, access, "until an access token ends; a refresh token is good once").score(critBuild, s.k(codeFlowDays), "in the clients of %s", a.Name)

	secret := s.option("client-credentials", "credentials of the program")
	secret.outIf(handled(a) && !onlyPrograms(a), a.Path, "a secret in clients that %s people hold is none", num(a.Accounts.N))
	secret.score(critExposure, access, "until an access token ends; a signed assertion takes the place of a shared secret").score(critBuild, s.k(secretDays), "registering %s programs", num(a.Accounts.N))

	secret.outIf(a.Reaches("cli"), a.Path, "a person is at work at the command line of %s", a.Name)
	device := s.option("device", "code shown on one device, entered on another")
	device.outIf(handled(a), a.Path, "clients of %s have a browser or a phone themselves", a.Name)
	device.outIf(!a.Reaches("device") && !a.Reaches("cli"), a.Path, "nobody stands before the clients of %s", a.Name)
	device.score(critExposure, access, "until an access token ends").score(critBuild, s.k(deviceDays), "a second screen")

	swap := s.option("token-exchange", "another issuer's token exchanged for ours")
	swap.outIf(!foreign, a.Path, "%s", s.noForeign(a))
	swap.score(critExposure, access, "until an access token ends").score(critBuild, s.k(exchangeDays), "trust in a second issuer")

	if a.Guest {
		for _, o := range []option{code, secret, device, swap} {
			o.out(a.Path, "%s was said to be a guest: there is no account to sign in to", a.Name)
		}
	}
	if foreign && !a.Guest {
		code.out(a.Path, "%s signs in with %s, which is not the issuer of this system", a.Name, a.SignsInWith)
	}
	s.concrete(s.tokens)
	s.undo(3)
	s.requires(a.Path)
	s.say("%s accounts on %s; a withdrawn right lingers for at most %s", num(s.n(a.Accounts)), join(a.Channels), sec(access))
	if a.Guest {
		s.say("%s looks without an account: %d use cases", a.Name, cases)
	}
	s.flip("%s gets an account", a.Name)
	s.test("a refresh token of %s used twice ends its whole family of tokens; a right that was withdrawn is refused after %s", a.Name, sec(access))
}

func onlyPrograms(a *model.Actor) bool { return len(a.Channels) == 1 && a.Channels[0] == "partner" }

func (s *sheet) noForeign(a *model.Actor) string {
	if a.SignsInWith != "" {
		return a.SignsInWith + " is the issuer of this system"
	}
	return "no other issuer was said to know " + a.Name
}

// accessLifetime is how long an access token lives: as short as rights should
// linger, but so long that renewals stay below half of what the issuer bears.
func (s *sheet) accessLifetime() float64 {
	life := s.reference("tokens.access-token-lifetime")
	t, ok := s.technology(string(s.chosen("identity")))
	if !ok {
		return life
	}
	most, ok := s.tech(t, "tokens-max")
	if !ok {
		per, known := s.tech(t, "tokens-node")
		nodes, _ := s.tech(t, "nodes-min-ha")
		cores, _ := s.tech(t, "cpu-node")
		if most = per * nodes * cores; !known || most == 0 {
			return life
		}
	}
	online := 0.0
	for _, a := range s.model.Actors {
		if !a.Guest {
			online += s.n(a.Online)
		}
	}
	return round2(math.Max(life, online/(most/2)))
}

// tokens gives a flow its lifetimes, grants and places of keeping.
func (s *sheet) tokens(o option) {
	a := s.Actor
	chosen := s.options[o.i].ID
	if chosen == "none" {
		return
	}
	o.param("access-lifetime", fact.Duration, s.accessLifetime(), "as short as a withdrawn right may linger, as long as the issuer's renewals allow")
	grants, refreshed := "client_credentials", false
	switch chosen {
	case "authorization-code-pkce":
		grants, refreshed = "authorization_code refresh_token", true
		if a.Reaches("partner") {
			grants += " client_credentials"
		}
	case "device":
		grants, refreshed = "urn:ietf:params:oauth:grant-type:device_code refresh_token", true
	case "token-exchange":
		grants = "urn:ietf:params:oauth:grant-type:token-exchange"
	}
	o.word("grants", grants).word("storage", storage(a))
	if refreshed {
		life, rule := s.reference("tokens.refresh-token-browser"), "a working day in a browser"
		if a.Reaches("mobile") || a.Reaches("device") {
			life, rule = s.reference("tokens.refresh-token-device"), "an installed application that is opened again within it stays signed in"
		}
		o.param("refresh-lifetime", fact.Duration, life, rule)
		o.word("rotation", "yes")
	}
}

// storage says where the clients of an actor keep their tokens, by channel.
func storage(a *model.Actor) string {
	var out []string
	if a.Reaches("web") || a.Reaches("staff") {
		out = append(out, "browser: server-side session, HttpOnly cookie")
	}
	if a.Reaches("mobile") {
		out = append(out, "phone: keychain")
	}
	if a.Reaches("device") {
		out = append(out, "device: protected storage")
	}
	if a.Reaches("partner") {
		out = append(out, "partner: private key")
	}
	if a.Reaches("cli") {
		out = append(out, "command line: keychain")
	}
	return strings.Join(out, "; ")
}
