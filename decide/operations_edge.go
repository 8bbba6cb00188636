package decide

import (
	"math"
	"slices"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/catalog"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
)

// What stands before the system and between its deployables.

// edgeQuestions come before those of security, which rest on what a mesh gives.
var edgeQuestions = []question{
	gatewayQuestion,
	meshQuestion,
}

var gatewayQuestion = question{"gateway", "communication", "What stands before the public APIs",
	system, fillGateway,
	"Asked once. What is asked of it: gRPC for client streams and conversations, open response streams, the largest body, the longest answer, the peak, partners with keys and quotas, limits per client counted over all replicas, tokens verified before a request gets in. What a product cannot do is out where nothing of ours could do it, and costs building effort per exposed deployable where it could. It takes the place of the platform's entry, so that availability does not tell them apart. Compared by latency, money, hours, effort, and what a changed limit costs. Options: none (the platform's own entry), and the catalogue's gateways by id: kong, emissary, aws-api-gateway-http, aws-api-gateway-rest, azure-api-management. Word does: what it is used for, separated by commas."}

// edgeNeeds is what the clients ask of whatever stands before the system.
type edgeNeeds struct {
	exposed       int // deployables with an operation
	peak, average float64
	grpc, open    *model.UseCase // a client stream; an open response
	body, slowest *model.UseCase
	public        *model.Actor // who is not staff
	partner       *model.Actor
	tightest      *model.UseCase
}

func (s *sheet) edgeNeeds() edgeNeeds {
	var n edgeNeeds
	var units []*Deployable
	for _, u := range s.model.UseCases {
		if !u.Asked() {
			continue
		}
		if c := s.plan.Home(u); c != nil && !slices.Contains(units, c.Unit) {
			units = append(units, c.Unit)
		}
		n.peak += s.n(u.Load.Peak)
		n.average += s.n(u.Load.Average)
		if n.grpc == nil && (u.Result == "upload" || u.Result == "conversation") {
			n.grpc = u
		}
		if late := s.chosen(arch.DecisionID(u.Name + ".progress")); n.open == nil && late == "server-sent-events" {
			n.open = u
		}
		if n.body == nil || u.BytesIn.N > n.body.BytesIn.N {
			n.body = u
		}
		if u.Latency.P99.Known() && (n.slowest == nil || u.Latency.P99.N > n.slowest.Latency.P99.N) {
			n.slowest = u
		}
		if u.Latency.P99.Known() && (n.tightest == nil || u.Latency.P99.N < n.tightest.Latency.P99.N) {
			n.tightest = u
		}
	}
	for _, a := range s.model.Actors {
		if n.public == nil && (len(a.Channels) == 0 || !a.Reaches("staff")) {
			n.public = a
		}
		if n.partner == nil && a.Reaches("partner") {
			n.partner = a
		}
	}
	n.exposed = max(1, len(units))
	return n
}

var (
	sharedLimitDays = &assumption{"decide.shared-limit-days", fact.Days, 1.5, 0.5, 4, "building limits per client, counted over all replicas, into one deployable, person-days"}
	tokenCheckDays  = &assumption{"decide.token-check-days", fact.Days, 0.5, 0.2, 1, "building the check of tokens into one deployable, person-days; a gateway saves half, as services check again"}
	quotaDays       = &assumption{"decide.partner-quota-days", fact.Days, 3, 1, 8, "building keys and quotas for partners oneself, person-days"}
	limitChangeDays = &assumption{"decide.limit-change-days", fact.Days, 0.1, 0.03, 0.3, "person-days a month of adjusting limits towards clients in one place"}
	hostingDays     = &assumption{"decide.route-days", fact.Days, 0.5, 0.2, 1, "routes, certificates and their tests for one exposed deployable, person-days"}
)

func fillGateway(s *sheet) {
	n := s.edgeNeeds()
	if n.tightest != nil {
		s.paced(n.tightest)
	} else {
		s.patient = s.n(s.model.Context.Patience) / 4
	}
	for _, t := range s.catalog.Of(catalog.Gateway) {
		if t.ID == "ingress" {
			s.gateway(s.none("no gateway: the platform's own entry ends TLS and routes"), t, n)
			continue
		}
		s.gateway(s.option(arch.OptionID(t.ID), t.Name), t, n)
	}
	s.concrete(func(o option) {
		o.word("does", s.doesAtEdge(s.options[o.i].ID, n))
		if s.options[o.i].ID != "none" {
			s.pro("limits and token checks stand in one place instead of %d", n.exposed)
			s.con("one more configuration is released with the routes of %d deployables, and it stands in the way of %s", n.exposed, ps(n.peak))
		}
	})
	s.undo(2 + 2*float64(n.exposed))
	s.say("%s at peak from %s come in at %d deployables", ps(n.peak), whoAsks(n), n.exposed)
	s.flip("%s", gatewayUntil(n))
	s.test("each of %d operations is reached through it and nothing else is; a client above its limit gets 429 with Retry-After whichever replica answers", countAsked(s.model))
}

func whoAsks(n edgeNeeds) string {
	switch {
	case n.partner != nil:
		return n.partner.Name + " and others"
	case n.public != nil:
		return n.public.Name
	}
	return "staff"
}

func gatewayUntil(n edgeNeeds) string {
	if n.exposed > 1 {
		return "more deployables take requests, or partners get keys with quotas"
	}
	return "a second deployable takes requests, or partners get keys with quotas"
}

// gateway scores one product; s.without marks the platform's own entry.
func (s *sheet) gateway(o option, t catalog.Technology, n edgeNeeds) {
	s.onlyAtProvider(o, t)
	kubernetes := s.model.Context.Platform.Kind == "kubernetes"
	o.outIf(!kubernetes && t.ID != "ingress" && lacks(t, "off-cluster"), "context.platform", "it lives inside Kubernetes, and the platform is %s", platformName(s.model))
	if n.grpc != nil {
		o.outIf(lacks(t, "grpc"), n.grpc.Path, "%s streams over gRPC, which it does not carry", n.grpc.Name)
	}
	if n.open != nil {
		o.outIf(lacks(t, "server-sent-events"), n.open.Path, "%s keeps responses open, which it buffers", n.open.Name)
	}
	if most, ok := s.tech(t, "body-max"); ok && n.body != nil && t.ID != "ingress" {
		o.outIf(s.n(n.body.BytesIn) > most, n.body.BytesIn.Fact, "%s sends %s, and it takes %s", n.body.Name, size(n.body.BytesIn.N), size(most))
	}
	if most, ok := s.tech(t, "timeout-max"); ok && n.slowest != nil {
		o.outIf(s.n(n.slowest.Latency.P99) > most, n.slowest.Latency.P99.Fact, "%s may take %s, and it waits %s", n.slowest.Name, sec(n.slowest.Latency.P99.N), sec(most))
	}
	if most, ok := s.tech(t, "requests-max"); ok {
		o.outIf(n.peak > most, firstServed(s), "%s at peak, and an account is allowed %s", ps(n.peak), ps(most))
	}
	added, _ := s.tech(t, "added-p99")
	o.score(critLatency, added, "p99 of the hop").
		score(critMoney, s.edgeMoney(t, n), "%s at peak, %s on average", ps(n.peak), ps(n.average)).
		score(critOperations, s.edgeHours(t), "to run it").
		score(critBuild, s.learning(t)+s.byOurselves(t, n), "learning it, and what is done by %d deployables themselves", n.exposed).
		score(critChange, s.limitChange(t, n), "a limit or token rule changed in each place that has it")
}

// byOurselves is the effort of what the product leaves to the services.
func (s *sheet) byOurselves(t catalog.Technology, n edgeNeeds) float64 {
	units := float64(n.exposed)
	days := s.k(hostingDays) * units
	if n.public != nil && lacks(t, "shared-rate-limiting") {
		days += s.k(sharedLimitDays) * units
	}
	if lacks(t, "jwt-validation") {
		days += s.k(tokenCheckDays) * units / 2
	}
	if n.partner != nil && lacks(t, "api-keys") {
		days += s.k(quotaDays)
	}
	return days
}

// limitChange is the effort a month of changing limits: once where the product has
// them, in every exposed deployable where it has not.
func (s *sheet) limitChange(t catalog.Technology, n edgeNeeds) float64 {
	if n.public == nil {
		return 0
	}
	if lacks(t, "shared-rate-limiting") {
		return s.k(limitChangeDays) * float64(n.exposed)
	}
	return s.k(limitChangeDays)
}

// edgeHours are those of the product a cloud runs where its price is known, and of
// running it ourselves otherwise, so that hours and money speak of the same thing.
func (s *sheet) edgeHours(t catalog.Technology) float64 {
	cloud := s.model.Context.Platform.Cloud
	_, byCall := s.priced(t, "price-million", cloud)
	_, byNode := s.priced(t, "price-node-hour", cloud)
	if byCall || byNode {
		return s.hours(t)
	}
	h := s.techOr(t, "hours-self", unknownHours)
	if s.runs(t.ID) {
		return h * s.k(sharedOperation)
	}
	return h
}

// edgeMoney is the list price a month, or the processors it needs.
func (s *sheet) edgeMoney(t catalog.Technology, n edgeNeeds) float64 {
	cloud := s.model.Context.Platform.Cloud
	if per, ok := s.priced(t, "price-million", cloud); ok {
		return n.average * monthSeconds / 1e6 * per
	}
	if t.ID == "ingress" && s.onOneMachine() {
		return 0 // it ends TLS on the one machine
	}
	nodes, _ := s.tech(t, "nodes-min-ha")
	if each, ok := s.tech(t, "requests-vcpu"); ok && each > 0 {
		nodes = math.Max(nodes, math.Ceil(n.peak/each))
	}
	if per, ok := s.priced(t, "price-node-hour", cloud); ok {
		return nodes * per * monthSeconds / 3600
	}
	return nodes * s.vcpuPrice()
}

var vcpuMonth = &assumption{"decide.vcpu-month", fact.Money, 35, 15, 60, "price of a processor core for a month, USD, where the catalogue states none"}

// vcpuPrice is the list price of a processor for a month on this platform.
func (s *sheet) vcpuPrice() float64 {
	if t, ok := s.platform(); ok {
		if per, ok := s.priced(t, "price-vcpu-hour", s.model.Context.Platform.Cloud); ok {
			return per * monthSeconds / 3600
		}
	}
	return s.k(vcpuMonth)
}

// platform is the catalogue's entry of what runs the code.
func (s *sheet) platform() (catalog.Technology, bool) {
	p := s.model.Context.Platform
	id := "virtual-machines"
	switch p.Kind {
	case "kubernetes":
		id = "kubernetes-self"
		if by, ok := map[string]string{"aws": "kubernetes-eks", "azure": "kubernetes-aks", "gcp": "kubernetes-gke"}[p.Cloud]; ok {
			id = by
		}
	case "containers", "serverless":
		if by, ok := map[string]string{"aws": "fargate", "azure": "container-apps", "gcp": "cloud-run"}[p.Cloud]; ok {
			id = by
		}
	}
	s.read(p.Fact)
	return s.technology(id)
}

// doesAtEdge lists what the product is used for.
func (s *sheet) doesAtEdge(id arch.OptionID, n edgeNeeds) string {
	if id == "none" {
		id = "ingress"
	}
	t, ok := s.technology(string(id))
	if !ok {
		return ""
	}
	does := []string{"TLS", "routes by host and path"}
	if t.Has("jwt-validation") {
		does = append(does, "token validation")
	}
	if n.public != nil && t.Has("shared-rate-limiting") {
		does = append(does, "limits per client")
	}
	if n.partner != nil && t.Has("api-keys") {
		does = append(does, "quotas for "+n.partner.Name)
	}
	if n.grpc != nil {
		does = append(does, "gRPC for "+n.grpc.Name)
	}
	return join(does)
}

var meshQuestion = question{"mesh", "communication", "What stands between deployables",
	system, fillMesh,
	"Asked once. Nothing stands between the modules of one deployable. Otherwise the hours and learning of a mesh are held against what each deployable must do itself (mutual authentication, time limits, retries, breakers, balancing of gRPC), its latency on the longest chain of calls, and its proxies against the budget. A mesh needs Kubernetes. Options: none, istio, linkerd. Word does."}

var (
	clientDays = &assumption{"decide.service-client-days", fact.Days, 2, 1, 4, "building time limits, retries, breakers and service tokens into one deployable, person-days; a mesh saves most of it"}
	clientHour = &assumption{"decide.service-client-hours", fact.Hours, 1, 0.3, 3, "engineer hours a month to keep one deployable's client libraries, keys and certificates right"}
)

func fillMesh(s *sheet) {
	units := float64(len(s.plan.Deployables))
	chain, rate, calls := s.callsBetween()
	s.chosen("deployables")
	none := s.none("no mesh: the deployables' own clients")
	price := s.vcpuPrice()
	for _, t := range s.catalog.Of(catalog.Mesh) {
		if t.ID == "no-mesh" {
			none.score(critLatency, 0, "no hop").score(critMoney, 0, "no proxies").score(critOperations, s.k(clientHour)*math.Max(0, units-1), "client libraries and keys of %s deployables", num(units)).
				score(critBuild, s.k(clientDays)*math.Max(0, units-1), "time limits, retries, breakers and tokens in %s deployables", num(units))
			continue
		}
		o := s.option(arch.OptionID(t.ID), t.Name)
		o.outIf(units < 2, "", "there is one deployable, with nothing between")
		p, ok := s.platform()
		o.outIf(!ok || !p.Has("mesh-ready") || s.model.Context.Platform.Kind != "kubernetes", "context.platform", "it runs on Kubernetes, and the platform is %s", platformName(s.model))
		added, _ := s.tech(t, "added-p99")
		cpu, _ := s.tech(t, "proxy-cpu-krps")
		control, _ := s.tech(t, "control-cpu")
		o.score(critLatency, added*chain, "p99 of both proxies on a chain of %s calls", num(chain)).
			score(critMoney, (control+2*cpu*rate/1000+0.1*2*units)*price, "control plane and proxies for %s", ps(rate)).
			score(critOperations, s.hours(t), "upgrades, certificates, proxies").
			score(critBuild, s.learning(t)+0.5*units, "learning it, and its rules for %s deployables", num(units))
	}
	s.concrete(func(o option) {
		if t, ok := s.technology(string(s.options[o.i].ID)); ok {
			o.word("does", join(meshDoes(t)))
			s.pro("time limits, retries and identities of %s deployables are set in one place", num(units))
			s.con("every call between %s deployables passes two proxies, which are upgraded and debugged with everything else", num(units))
		}
	})
	s.undo(3 + 2*units)
	s.say("%s deployables; %d synchronous interactions between them carry %s, at most %s in a row", num(units), calls, ps(rate), num(chain))
	s.flip("there are more deployables than client libraries can be kept right in: a mesh pays from %s", num(s.meshPays()))
	s.test("a call between two of %s deployables without an identity is refused, one with a grant passes and shows in the trace", num(units))
}

// meshPays is the number of deployables from which the lightest mesh costs less
// work than libraries in each of them.
func (s *sheet) meshPays() float64 {
	hours, learn := math.Inf(1), 0.0
	for _, t := range s.catalog.Of(catalog.Mesh) {
		if h := s.hours(t); t.ID != "no-mesh" && h < hours {
			hours, learn = h, s.learning(t)
		}
	}
	ops, build := &s.criteria[critOperations], &s.criteria[critBuild]
	work := func(h, d float64) float64 { return ops.weight*ops.worth(h) + build.weight*build.worth(d) }
	for n := 2.0; n < 200; n++ {
		if work(hours, learn+0.5*n) > work(s.k(clientHour)*(n-1), s.k(clientDays)*(n-1)) {
			return n
		}
	}
	return 200
}

func meshDoes(t catalog.Technology) []string {
	var out []string
	for _, f := range []struct{ feature, word string }{
		{"mtls", "mutual TLS"}, {"service-authorisation", "rules per identity"}, {"retry-budget", "retries with a budget"},
		{"timeouts", "time limits"}, {"outlier-detection", "failing replicas taken out"}, {"request-balancing", "balancing per request"},
	} {
		if t.Has(f.feature) {
			out = append(out, f.word)
		}
	}
	return out
}

// callsBetween counts the synchronous interactions between deployables, their rate,
// and the longest chain of them that one request sets off.
func (s *sheet) callsBetween() (chain, rate float64, calls int) {
	from := map[*model.UseCase][]*Link{}
	for _, l := range s.plan.Links {
		if l.Kind == LinkCall || !s.plan.called(l) {
			continue
		}
		calls++
		rate += s.n(l.Rate)
		from[l.UseCase] = append(from[l.UseCase], l)
	}
	known := map[*model.UseCase]int{}
	var longest func(u *model.UseCase) int
	longest = func(u *model.UseCase) int {
		if n, met := known[u]; met {
			return n
		}
		known[u] = 0 // a cycle of steps is reported elsewhere; here it ends
		most, further := 0, func(n int, to *model.UseCase) int {
			if to != nil {
				n += longest(to)
			}
			return n
		}
		for _, l := range from[u] {
			most = max(most, further(1, l.Target))
		}
		for i := range u.Then {
			if f := &u.Then[i]; !f.Later {
				most = max(most, further(0, f.UseCase))
			}
		}
		known[u] = most
		return most
	}
	for _, u := range s.model.UseCases {
		chain = math.Max(chain, float64(longest(u)))
	}
	return chain, rate, calls
}
