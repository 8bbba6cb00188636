package decide

import (
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// Who issues tokens.

var identityQuestion = question{"identity", "security", "Who knows the users",
	system, fillIdentity,
	"Asked once. The flows that the actors' channels call for, the number of accounts and the cloud eliminate; engineer hours, list price for the active accounts, learning and the time a stolen password works compare; an outage stops new log-ins wherever the passwords are kept. An issuer that runs already costs a registration: the one the context names, else the one that all people with an account sign in with. Options: technology ids, existing-issuer, own (a table of passwords in the system), none. Word issuer: the issuer's name."}

var (
	ownLoginDays  = &assumption{"decide.own-login-days", fact.Days, 25, 10, 60, "building log-in, reset, second factor, lock-out and token issue oneself, person-days"}
	ownLoginHour  = &assumption{"decide.own-login-hours", fact.Hours, 8, 3, 20, "engineer hours a month to keep a log-in of one's own safe"}
	movedAccounts = &assumption{"decide.moved-accounts-days", fact.Days, 12, 5, 40, "moving the accounts of an issuer that runs already to another without locking anybody out, person-days"}
	accountPrice  = &assumption{"decide.account-price", fact.Money, 0.03, 0.01, 0.1, "list price of an active account a month at a hosted issuer of which the catalogue states none, beyond its free ones, USD"}
	activeShare   = &assumption{"decide.active-accounts", fact.Share, 0.4, 0.1, 0.9, "share of the accounts that sign in within a month"}
	stolenUnseen  = &assumption{"decide.stolen-password-unnoticed", fact.Duration, 30 * 86400, 86400, 200 * 86400, "time a stolen password works where no second factor asks for more"}
	stolenSeen    = &assumption{"decide.stolen-password-second-factor", fact.Duration, 3600, 60, 86400, "the same where a second factor can be asked for: a session, not an account"}
)

// logins sums up who signs in.
type logins struct {
	accounts float64
	people   bool // with a browser or phone
	machines *model.Actor
	devices  *model.Actor
	who      []string
}

func (s *sheet) logins() logins {
	var l logins
	for _, a := range s.model.Actors {
		if a.Guest {
			continue
		}
		s.requires(a.Path)
		l.accounts += s.n(a.Accounts)
		l.who = append(l.who, a.Name)
		l.people = l.people || handled(a)
		if a.Reaches("partner") && l.machines == nil {
			l.machines = a
		}
		if !handled(a) && !a.Reaches("partner") && l.devices == nil {
			l.devices = a
		}
	}
	return l
}

// handled reports whether a person with a browser or a phone is at work.
func handled(a *model.Actor) bool {
	return len(a.Channels) == 0 || a.Reaches("web") || a.Reaches("mobile") || a.Reaches("staff")
}

// Issuer is the identity provider that runs already, and the requirement that names it:
// the context's, or else the one that all people who sign in were said to sign in with.
// A system whose every person has an account there needs no issuer of its own before
// it. "" when there is none.
func (p *Plan) Issuer() (name string, said arch.Path) {
	if here := p.Model.Context.IdentityProvider; here != "" {
		return here, "context.identity_provider"
	}
	for _, a := range p.Model.Actors {
		if a.Guest || !handled(a) {
			continue
		}
		if a.SignsInWith == "" || name != "" && a.SignsInWith != name {
			return "", "context.identity_provider"
		}
		if name == "" {
			name, said = a.SignsInWith, a.Path+".signs_in_with"
		}
	}
	if name == "" {
		said = "context.identity_provider"
	}
	return name, said
}

func fillIdentity(s *sheet) {
	l := s.logins()
	active := l.accounts * s.k(activeShare)
	none := s.none("nobody signs in")
	none.outIf(len(l.who) > 0, firstServed(s), "%s act in their own name", firstNames(l.who))
	s.scoreIdentity(none, 0, 0, 0, 0)
	for _, t := range s.catalog.Of(catalog.Identity) {
		s.issuer(t, l, active)
	}
	own := s.option("own", "a table of passwords in the system")
	here, said := s.plan.Issuer()
	own.outIf(here != "", said, "%s knows the users already", here)
	s.scoreIdentity(own, s.k(ownLoginHour), 0, s.k(ownLoginDays), s.k(stolenUnseen))
	s.concrete(func(o option) {
		o.word("issuer", s.options[o.i].Name)
		switch s.options[o.i].ID {
		case "none":
		case "own":
			s.con("passwords of %s accounts are kept by %s, and whoever reads that table has them all", num(l.accounts), s.model.Name)
		default:
			s.pro("no password of %s accounts is kept by %s", num(l.accounts), s.model.Name)
			s.con("while it is away none of %s signs in anew; those with a token go on for its lifetime", firstNames(l.who))
		}
	})
	s.undo(6 + 2*math.Log10(math.Max(1, l.accounts)))
	s.say("%s accounts of %s; %s sign in within a month", num(l.accounts), firstNames(l.who), num(active))
	s.flip("anybody but guests uses it")
	s.test("a token with a wrong signature, issuer, audience or age, one per fault, is refused by %s, and one that is right passes", unitNames(s.plan))
}

func (s *sheet) scoreIdentity(o option, hours, money, build, exposed float64) {
	o.score(critOperations, hours, "to run it").score(critMoney, money, "list price for the active accounts, or its machines").
		score(critBuild, build, "until the first log-in").
		score(critExposure, exposed, "until a stolen password stops working")
}

// issuer adds one technology of the catalogue.
func (s *sheet) issuer(t catalog.Technology, l logins, active float64) {
	here, said := s.plan.Issuer()
	existing := here != "" && (here == t.ID || t.ID == "existing-issuer" && !s.catalogued(here))
	o := s.option(arch.OptionID(t.ID), t.Name)
	if t.ID == "existing-issuer" {
		o.outIf(!existing, said, "%s", s.noOther(here))
	}
	if !existing && !overInternet(t) {
		s.onlyAtProvider(o, t) // one that runs already is reached from wherever this runs
	}
	if l.machines != nil {
		o.outIf(lacks(t, "client-credentials"), l.machines.Path, "clients of %s sign in without a person", l.machines.Name)
	}
	if l.devices != nil {
		o.outIf(lacks(t, "device-code"), l.devices.Path, "clients of %s have no browser to sign in with", l.devices.Name)
	}
	if most, ok := s.tech(t, "accounts-max"); ok {
		o.outIf(l.accounts > most, firstServed(s), "%s accounts, and it holds %s", num(l.accounts), num(most))
	}
	hours, build := s.hours(t), s.learning(t)
	if overInternet(t) {
		hours = s.techOr(t, "hours-managed", unknownHours)
	}
	if here != "" && !existing {
		build += s.k(movedAccounts)
	}
	if existing {
		s.requires(said)
		if run, ok := s.technology("existing-issuer"); ok {
			hours, _ = s.tech(run, "hours-self")
			build, _ = s.tech(run, "learning")
		}
	}
	exposed := s.k(stolenUnseen)
	if !lacks(t, "second-factor") {
		exposed = s.k(stolenSeen)
	}
	s.scoreIdentity(o, hours, s.issuerMoney(t, active, existing), build, exposed)
}

func (s *sheet) noOther(here string) string {
	if here == "" {
		return "no issuer was said to run already"
	}
	return here + " is the one that runs already"
}

func (s *sheet) catalogued(id string) bool {
	t, ok := s.technology(id)
	return ok && slices.Contains(t.Kinds, catalog.Identity)
}

// issuerMoney is the list price a month; one that runs already is paid for.
func (s *sheet) issuerMoney(t catalog.Technology, active float64, existing bool) float64 {
	if existing {
		return 0
	}
	sum, _ := s.tech(t, "price-month")
	if free, ok := s.tech(t, "free-accounts"); ok && active > free {
		sum += s.techOr(t, "price-account", accountPrice) * (active - free)
	}
	if nodes, ok := s.tech(t, "nodes-min-ha"); ok && nodes > 0 {
		cores, _ := s.tech(t, "cpu-node")
		sum += nodes * cores * s.vcpuPrice()
	}
	return sum
}

// onlyAtProvider eliminates what only runs in another cloud.
func (s *sheet) onlyAtProvider(o option, t catalog.Technology) {
	if lic, ok := t.Text("licence"); ok && lic.Value == "proprietary" {
		if _, here := t.Managed(s.model.Context.Platform.Cloud); !here {
			o.out("context.platform", "it only runs at its provider, and the platform is %s", platformName(s.model))
		}
	}
}

// overInternet reports whether the same product is sold whatever the cloud: a
// service one calls over the internet.
func overInternet(t catalog.Technology) bool {
	clouds := catalog.Clouds()
	first, ok := t.Managed(clouds[0])
	for _, c := range clouds[1:] {
		other, known := t.Managed(c)
		ok = ok && known && other.Value == first.Value
	}
	lic, _ := t.Text("licence")
	return ok && lic.Value == "proprietary"
}

var redundantUp = &assumption{"decide.redundant-availability", fact.Share, 0.9995, 0.998, 0.9999,
	"availability of a redundant part of the infrastructure that no agreement covers"}
