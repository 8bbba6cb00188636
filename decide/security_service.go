package decide

import (
	"math"

	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// How deployables know each other, and what people may do.

var serviceIdentityQuestion = question{"service-identity", "security", "How deployables know each other",
	system, fillServiceIdentity,
	"Asked once. Nothing is needed in one deployable. A card or health zone, or a compliance rule, rules trust in the network out; mutual TLS by a mesh needs the mesh; signed tokens need no further part. Compared by the time a stolen credential works, hours and building effort. Options: none, network, signed-tokens, mesh-mtls. Parameter lifetime (s) of the credential."}

var (
	signedDays  = &assumption{"decide.service-token-days", fact.Days, 1.5, 0.5, 3, "giving one deployable its own credentials, tokens and checks, person-days"}
	networkStay = &assumption{"decide.intruder-unnoticed", fact.Duration, 10 * 86400, 86400, 200 * 86400, "time an intruder in the network goes unnoticed (Mandiant, M-Trends 2024: median of 10 days)"}
)

func fillServiceIdentity(s *sheet) {
	units := float64(len(s.plan.Deployables))
	mesh := s.chosen("mesh")
	zone := guarded(s.plan)
	none := s.none("one deployable: nobody to know")
	none.outIf(units > 1, "", "%s deployables call one another", num(units))
	trust := s.option("network", "whoever is in the network is trusted")
	if zone != nil {
		trust.out(zone.Path, "%s holds %s data: its neighbours must prove who they are", zone.Name, zone.Zone)
	}
	meshed := mesh != "" && mesh != "none"
	trust.outIf(meshed, "", "%s gives every deployable a certificate already", string(mesh))
	tokens := s.option("signed-tokens", "short-lived signed tokens per deployable")
	tokens.outIf(meshed, "", "%s gives every deployable a certificate already", string(mesh))
	mtls := s.option("mesh-mtls", "mutual TLS by the mesh, with rules per identity")
	mtls.outIf(!meshed, "", "there is no mesh to issue certificates")
	cert, life := s.reference("tokens.service-certificate-lifetime"), s.reference("tokens.access-token-lifetime")
	for _, x := range []struct {
		option
		exposed, hours, build float64
	}{
		{none, 0, 0, 0},
		{trust, s.k(networkStay), 0, 0},
		{tokens, life, 0.5 * units, s.k(signedDays) * units},
		{mtls, cert, 0.2 * units, 0.5 * units},
	} {
		x.score(critExposure, x.exposed, "a stolen identity works")
		x.score(critOperations, x.hours, "keys and rules of %s deployables", num(units))
		x.score(critBuild, x.build, "for %s deployables", num(units))
	}
	s.concrete(func(o option) {
		switch s.options[o.i].ID {
		case "network":
			s.con("whoever gets into the network can call all %s deployables", num(units))
		case "signed-tokens":
			s.con("%s deployables each keep a key, and a call without a token must be refused by each of them", num(units))
			o.param("lifetime", fact.Duration, s.reference("tokens.access-token-lifetime"), "as an access token")
		case "mesh-mtls":
			s.con("when the mesh cannot renew certificates, %s deployables stop talking within %s", num(units), sec(s.reference("tokens.service-certificate-lifetime")))
			o.param("lifetime", fact.Duration, s.reference("tokens.service-certificate-lifetime"), "as the mesh issues them")
		}
	})
	s.undo(2 * units)
	s.say("%s deployables; %s", num(units), zoneSaid(zone))
	s.flip("a second deployable, or a context with card or health data that stands apart")
	s.test("a deployable that calls what it has no grant for is refused and the refusal is alerted on; each grant of the %s deployables has such a test", num(units))
}

// guarded is the first aggregate of a zone that must stand apart.
func guarded(p *Plan) *model.Aggregate {
	for _, c := range p.Contexts {
		for _, a := range c.Aggregates {
			if a.Zone != "" {
				return a
			}
		}
	}
	return nil
}

func zoneSaid(a *model.Aggregate) string {
	if a == nil {
		return "none of them holds card or health data"
	}
	return a.Name + " holds " + a.Zone + " data"
}

var rolesQuestion = question{"roles", "security", "Who may do what",
	system, fillRoles,
	"Asked once. Rules counted from the model: operations, roles, operations on 'own' things, tenants. Roles alone cannot say 'own'; a policy engine pays when rules change without releases or many combinations exist. Options: none, roles (roles and scopes in the token), roles-and-ownership (the same, and a check of the owner in the module that holds the thing), policy-engine."}

var (
	policyDays = &assumption{"decide.policy-engine-days", fact.Days, 10, 5, 25, "bringing in a policy engine with its data and tests, person-days"}
	policyHour = &assumption{"decide.policy-engine-hours", fact.Hours, 4, 1, 10, "engineer hours a month to run a policy engine"}
	ruleDays   = &assumption{"decide.authorisation-rule-days", fact.Days, 0.01, 0.003, 0.05, "person-days a month that one hand-written rule costs in changes"}
)

func fillRoles(s *sheet) {
	ops, owned, roles := 0.0, 0.0, 0.0
	var first *model.UseCase
	for _, u := range s.model.UseCases {
		if len(u.By) == 0 {
			continue
		}
		ops++
		if u.Only == "own" || u.Only == "tenant" {
			owned++
			if first == nil {
				first = u
			}
		}
	}
	var anybody *model.Actor
	for _, a := range s.model.Actors {
		roles += math.Max(1, float64(len(a.Roles)))
		if !a.Guest && anybody == nil {
			anybody = a
		}
	}
	none := s.none("everybody may do everything")
	if anybody != nil {
		none.out(anybody.Path, "%s kinds of people may do %s things, not all the same", num(roles), num(ops))
	}
	plain := s.option("roles", "roles and scopes in the token")
	if first != nil {
		plain.out(first.Path, "%s concerns the caller's own things, in %s of %s operations: a role cannot say whose", first.Name, num(owned), num(ops))
	}
	with := s.option("roles-and-ownership", "roles and scopes in the token, the owner checked where the thing is kept")
	engine := s.option("policy-engine", "rules in a policy engine beside every deployable")
	for _, x := range []struct {
		option
		build, hours, change float64
	}{
		{none, 0, 0, 0},
		{plain, 0.05 * ops, 0, s.k(ruleDays) * ops / 10},
		{with, 0.5 + 0.05*ops + 0.2*owned, 0, s.k(ruleDays) * (ops/10 + owned)},
		{engine, s.k(policyDays) + 0.1*ops, s.k(policyHour), s.k(ruleDays) * ops / 20},
	} {
		x.score(critBuild, x.build, "%s operations, %s of them on the caller's own things", num(ops), num(owned))
		x.score(critOperations, x.hours, "to run it")
		x.score(critChange, x.change, "changing rules")
	}
	s.concrete(func(o option) {
		switch s.options[o.i].ID {
		case "roles":
			s.con("who has one of %s roles may do what it allows to all there is", num(roles))
		case "roles-and-ownership":
			s.pro("a role decides %s operations at the door, without a look at the data", num(ops-owned))
			s.con("%s checks of an owner stand in the modules' code, and each needs its test", num(owned))
		case "policy-engine":
			s.con("%s operations wait for a decision made elsewhere", num(ops))
		}
	})
	s.undo(0.2 * ops)
	s.say("%s operations for %s roles, %s of them on the caller's own things", num(ops), num(roles), num(owned))
	s.flip("somebody signs in")
	s.test("for each of the %s operations a caller without its scope gets 403, and for each of the %s on own things another's gets 404", num(ops), num(owned))
}
