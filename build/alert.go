package build

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
	"plumb.dev/plumb/model"
	"plumb.dev/plumb/queueing"
)

// alerts wake somebody for a promise that is being broken, not for a machine that is
// busy: one for each objective and each guarantee that can be seen from outside.
func (b *builder) alerts() {
	for i := range b.a.Objectives {
		b.burnAlerts(&b.a.Objectives[i])
	}
	b.messageAlerts()
	b.countAlerts()
	b.sagaAlerts()
	b.externalAlerts()
	b.newsAlerts()
	b.anomalyAlert()
	b.backupAlert()
	for i := range b.a.Alerts {
		a := &b.a.Alerts[i]
		a.ID = fact.Kebab(a.ID)
	}
}

// alert adds an alert; a page to a team that carries no pager waits as a ticket.
func (b *builder) alert(a arch.Alert) {
	if a.Severity == "page" && slices.ContainsFunc(b.m.Context.Teams, func(t *model.Team) bool { return t.Name == string(a.To) && !t.OnCall }) {
		a.Severity = "ticket"
	}
	b.a.Alerts = append(b.a.Alerts, a)
}

// burnAlerts are those on the error budget of latency and availability: the first
// pair of windows pages for what is critical, the slowest opens a ticket. Where so
// few requests come that one failure alone would be above the fast threshold, only
// the slow pair is of use; a probe of our own asks in between.
func (b *builder) burnAlerts(o *arch.Objective) {
	if o.Kind != "latency" && o.Kind != "availability" || o.UseCase == "" {
		return
	}
	u := b.useCases[o.UseCase]
	target := 0.99
	if o.Kind == "availability" {
		target = o.Target.N
	}
	period := b.window()
	if !period.Known() || target <= 0 || target >= 1 {
		return
	}
	alerts := queueing.BurnAlerts()
	fast, slow := alerts[0], alerts[len(alerts)-1]
	quiet := u.Load.Average.N*fast.Short*math.Min(1, fast.Burn(period.N)*(1-target)) < 1
	pick := []queueing.BurnAlert{slow}
	if !quiet && (u.Importance == "critical" || o.ID == "system.availability") {
		pick = []queueing.BurnAlert{fast, slow}
		if o.Kind == "latency" {
			pick = pick[:1]
		}
	}
	metric := fmt.Sprintf("http_server_request_duration_seconds{operation=%q}", fact.Camel(u.Name))
	for _, a := range pick {
		severity, speed := "ticket", "slowly"
		if a.Page {
			severity, speed = "page", "fast"
		}
		when := fmt.Sprintf("%s of the budget of %s is gone in %s", fact.FormatShare(a.Consumed), fact.FormatSeconds(period.N), fact.FormatSeconds(a.Long))
		if quiet {
			when += fmt.Sprintf("; at %s a probe of our own asks every minute", fact.FormatRate(u.Load.Average.N))
		}
		b.alert(arch.Alert{
			ID: strings.ReplaceAll(string(o.ID), ".", " ") + " burns " + speed, Objective: o.ID, Severity: severity, Kind: "burn-rate", Burn: a.Burn(period.N),
			When: when, Metric: metric, To: arch.TeamID(b.teamOf(u)), Do: b.firstLook(u, o),
			Long:  b.windowOf("long", a.Long),
			Short: b.windowOf("short", a.Short),
		})
	}
}

func (b *builder) windowOf(which string, seconds float64) arch.Value {
	return b.derive(fact.ID(fmt.Sprintf("alerts.%s.%s", which, fact.FormatSeconds(seconds))), fact.Duration, seconds, "windows of the Site Reliability Workbook, chapter 5, table 5-8")
}

// firstLook is where to look first: the largest part of the budget.
func (b *builder) firstLook(u *model.UseCase, o *arch.Objective) string {
	if len(o.Budget) == 0 {
		return fmt.Sprintf("The trace of a slow %s.", fact.Phrase(u.Name))
	}
	p := slices.MaxFunc(o.Budget, func(x, y arch.Part) int { return compare(x.Value.N, y.Value.N) })
	return fmt.Sprintf("Look at %s first: %s of %s.", p.Name, p.Value, partOf(o))
}

func partOf(o *arch.Objective) string {
	if o.Kind == "availability" {
		return fact.FormatSeconds((1-o.Achieved.N)*month) + " a month"
	}
	return o.Achieved.String()
}

// messageAlerts watch what is on its way: the outboxes and the dead letters of each
// team.
func (b *builder) messageAlerts() {
	outboxes, dead := map[arch.TeamID][]string{}, map[arch.TeamID][]*arch.Channel{}
	within := map[arch.TeamID]float64{}
	for _, d := range b.p.Deployables {
		if b.p.Choice(subject(string(d.ID), "outbox")) != "outbox" {
			continue
		}
		team, tight := b.teamOfUnit(d.ID), b.tightestWithin(d.ID)
		outboxes[team] = append(outboxes[team], string(d.ID))
		if old, known := within[team]; !known || tight < old {
			within[team] = tight
		}
	}
	for i := range b.a.Channels {
		ch := &b.a.Channels[i]
		if ch.DeadLetter == "" {
			continue
		}
		for _, s := range ch.Subscribers {
			if team := b.teamOfContext(s.Context); !slices.Contains(dead[team], ch) {
				dead[team] = append(dead[team], ch)
			}
		}
	}
	for _, t := range b.m.Context.Teams {
		team := arch.TeamID(t.Name)
		if units := outboxes[team]; len(units) > 0 {
			b.alert(arch.Alert{
				ID: t.Name + " outbox waits", Severity: "page", Kind: "threshold", Metric: "outbox_oldest_seconds", To: team,
				When: fmt.Sprintf("the oldest event of %s has waited %s, half of what its consumers are promised", or(units), fact.FormatSeconds(within[team]/2)),
				Do:   fmt.Sprintf("The relay's log of %s, then the broker. Nothing is lost while the store is well.", units[0]),
			})
		}
		if list := dead[team]; len(list) > 0 {
			names := make([]string, len(list))
			for i, ch := range list {
				names[i] = string(ch.DeadLetter)
			}
			b.alert(arch.Alert{
				ID: t.Name + " has dead letters", Severity: "ticket", Kind: "threshold", Metric: "messages_waiting", To: team,
				When: fmt.Sprintf("anything that %s should have handled lies in %s", t.Name, or(some(names, 3))),
				Do:   fmt.Sprintf("Read why %d deliveries failed, mend it, then put the message back or drop it with a reason.", list[0].Subscribers[0].MaxDeliver),
			})
		}
	}
}

func (b *builder) teamOfContext(id arch.ContextID) arch.TeamID {
	if c := b.contexts[id]; c != nil && c.Owner != nil {
		return arch.TeamID(c.Owner.Name)
	}
	return arch.TeamID(b.m.Context.Teams[0].Name)
}

// tightestWithin is the shortest time in which an event of a deployable must have
// been handled.
func (b *builder) tightestWithin(unit arch.DeployableID) float64 {
	tight := math.Inf(1)
	for i := range b.a.Channels {
		ch := &b.a.Channels[i]
		if ch.Deployable != unit {
			continue
		}
		for _, s := range ch.Subscribers {
			if s.Lag.Known() {
				tight = math.Min(tight, s.Lag.N)
			}
		}
	}
	if math.IsInf(tight, 1) {
		return 60
	}
	return tight
}

func (b *builder) teamOfUnit(id arch.DeployableID) arch.TeamID {
	for _, d := range b.p.Deployables {
		if d.ID != id {
			continue
		}
		if d.Owner != nil {
			return arch.TeamID(d.Owner.Name)
		}
		for _, c := range d.Contexts {
			if c.Owner != nil {
				return arch.TeamID(c.Owner.Name)
			}
		}
	}
	return arch.TeamID(b.m.Context.Teams[0].Name)
}

func (b *builder) teamOfAggregate(a *model.Aggregate) arch.TeamID {
	if a.Owner != nil {
		return arch.TeamID(a.Owner.Name)
	}
	return arch.TeamID(b.m.Context.Teams[0].Name)
}

// countAlerts watch what must never be: amounts below zero, counts that drift from
// an external's.
func (b *builder) countAlerts() {
	for _, a := range b.m.Aggregates {
		if a.Amount() == nil {
			continue
		}
		name := fact.Snake(b.plural(a.Name))
		b.alert(arch.Alert{
			ID: a.Name + " below zero", Severity: "page", Kind: "threshold", Metric: name + "_below_zero",
			When: fmt.Sprintf("one row of %s has %s below zero", name, fact.Snake(a.Contended)), To: b.teamOfAggregate(a),
			Do: fmt.Sprintf("Find the writer that went round the guard of %s; stop it before mending the rows.", fact.Phrase(a.Name)),
		})
	}
	for _, e := range b.m.Externals {
		for _, a := range e.AlsoChanges {
			b.alert(arch.Alert{
				ID: a.Name + " drifts from " + e.Name, Severity: "ticket", Kind: "threshold", Metric: fact.Snake(a.Name) + "_drift",
				When: fmt.Sprintf("%s of %s and %s differ by more than what is on its way", orDefault(fact.Phrase(a.Contended), "counts"), fact.Phrase(b.plural(a.Name)), fact.Phrase(e.Name)), To: b.teamOfAggregate(a),
				Do: fmt.Sprintf("Ours is the record: book the difference as a change with its reason, tell %s, and look for the take-over that was missed.", fact.Phrase(e.Name)),
			})
		}
	}
}

// sagaAlerts watch promises that stay half kept, those of a team together.
func (b *builder) sagaAlerts() {
	sagas := map[string][]*arch.Saga{}
	for i := range b.a.Sagas {
		if s := &b.a.Sagas[i]; s.Timeout.Known() {
			team := b.teamOf(b.useCases[s.UseCase])
			sagas[team] = append(sagas[team], s)
		}
	}
	for _, team := range keysOf(sagas) {
		var names []string
		for _, s := range sagas[team] {
			names = append(names, fmt.Sprintf("%s for %s", fact.Phrase(arch.Short(s.UseCase)), s.Timeout))
		}
		b.alert(arch.Alert{
			ID: team + " promises stuck", Severity: "ticket", Kind: "threshold", Metric: "saga_open_oldest_seconds", To: arch.TeamID(team),
			When: "unfinished longer than it may be: " + or(some(names, 4)),
			Do:   "Its row names the step it stands at and what that step was told; finish or undo it from there.",
		})
	}
}

// externalAlerts watch the systems of others that a caller waits for.
func (b *builder) externalAlerts() {
	seen := map[string]bool{}
	for i := range b.a.Edges {
		e := &b.a.Edges[i]
		if e.ToKind != "external" || e.Breaker == nil || seen[e.To] {
			continue
		}
		seen[e.To] = true
		severity := "ticket"
		if e.Hard {
			severity = "page"
		}
		x := b.externals[e.To]
		team := b.teamOfUnit(e.From)
		if x.Owner != nil {
			team = arch.TeamID(x.Owner.Name)
		}
		does := "callers get 503 and Retry-After"
		if f := b.a.Externals[b.externalAt[x]].Failure; f != "" {
			does = f
		}
		b.alert(arch.Alert{
			ID: e.To + " refused", Severity: severity, Kind: "threshold", Metric: fmt.Sprintf("circuit_breaker_open{external=%q}", e.To),
			When: fmt.Sprintf("calls of %s are not tried for longer than %s", fact.Phrase(e.To), fact.FormatSeconds(2*e.Breaker.Open.N)), To: team,
			Do: fmt.Sprintf("Ask %s what is wrong; meanwhile %s.", fact.Phrase(e.To), does),
		})
	}
}

// anomalyAlert watches what has a shape and no threshold, as decided.
func (b *builder) anomalyAlert() {
	w := b.p.Word("alerts", "anomaly")
	if w == "" {
		return
	}
	var most *model.UseCase
	for _, u := range b.m.UseCases {
		if len(u.Creates) > 0 && u.Asked() && (most == nil || u.Load.Average.N > most.Load.Average.N) {
			most = u
		}
	}
	if most == nil {
		return
	}
	b.alert(arch.Alert{
		ID: most.Name + " unusual", Severity: "ticket", Kind: "anomaly", Metric: counterOf(b, most.Creates[0]),
		When: w, To: arch.TeamID(b.teamOf(most)),
		Do: fmt.Sprintf("Fewer %s with no error anywhere: try it as %s would.", fact.Phrase(b.plural(most.Creates[0].Name)), or(actorsOf(most))),
	})
}

// backupAlert watches the age of the newest copy.
func (b *builder) backupAlert() {
	point := b.m.Context.RecoveryPoint
	if !point.Known() || len(b.a.Stores) == 0 {
		return
	}
	b.alert(arch.Alert{
		ID: "backup too old", Severity: "page", Kind: "threshold", Metric: "backup_newest_age_seconds",
		When: fmt.Sprintf("the newest copy of a store is older than %s", fact.FormatSeconds(point.N)), To: b.teamOfUnit(b.a.Stores[0].Deployable),
		Do: "Space and permissions of the copies' place; until it runs again every write is at risk.",
	})
}
