package diagram

import (
	"cmp"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
)

// Keys under which the charts of structure know their nodes.
func actorKey(id arch.ActorID) string       { return "actor " + string(id) }
func externalKey(id arch.ExternalID) string { return "external " + string(id) }
func deployKey(id arch.DeployableID) string { return "deployable " + string(id) }
func storeKey(id arch.StoreID) string       { return "store " + string(id) }
func brokerKey(technology string) string    { return "broker " + technology }
func contextKey(id arch.ContextID) string   { return "context " + string(id) }

const (
	systemKey  = "system"
	gatewayKey = "gateway"
)

// around draws the system as one box among its actors and externals. For a single
// deployable the containers say the same and more.
func around(a *arch.Arch) []Diagram {
	if len(a.Deployables) < 2 {
		return nil
	}
	c := newChart("LR")
	for _, actor := range a.Actors {
		c.node(actorKey(actor.ID), person, "", string(actor.ID), strings.Join(actor.Channels, ", "))
	}
	c.node(systemKey, box, "", a.System.Name)
	for _, x := range a.Externals {
		c.node(externalKey(x.ID), foreign, "", string(x.ID), known(x.Availability, " available"))
	}
	for _, actor := range a.Actors {
		c.arrow(actorKey(actor.ID), systemKey, false, strings.Join(stylesFor(a, actor), ", "))
	}
	for _, x := range a.Externals {
		c.arrow(systemKey, externalKey(x.ID), false, join(", ", x.Protocol, known(x.Demand, "")))
	}
	return c.diagrams(Context, a.System.Name+" and what is around it")
}

// stylesFor lists the API styles an actor uses, each once.
func stylesFor(a *arch.Arch, actor arch.Actor) []string {
	var out []string
	seen := map[string]bool{}
	for _, id := range actor.APIs {
		for i := range a.APIs {
			if api := &a.APIs[i]; api.ID == id && !seen[api.Style] {
				seen[api.Style] = true
				out = append(out, api.Style)
			}
		}
	}
	return out
}

// containers draws what is deployed, with its stores and brokers, between those
// who use it and what it uses.
func containers(a *arch.Arch) []Diagram {
	if len(a.Deployables) == 0 {
		return nil
	}
	c := newChart("TB")
	for _, actor := range a.Actors {
		c.node(actorKey(actor.ID), person, "", string(actor.ID))
	}
	c.group(systemKey, "", a.System.Name)
	if a.Gateway != nil {
		c.node(gatewayKey, box, systemKey, a.Gateway.Technology)
	}
	for _, d := range a.Deployables {
		c.node(deployKey(d.ID), box, systemKey, string(d.ID), modules(d))
	}
	for _, s := range a.Stores {
		c.node(storeKey(s.ID), cylinder, systemKey, string(s.ID), s.Technology)
	}
	if kept := objectStore(a); kept != "" {
		c.node(filesKey, cylinder, systemKey, "files", kept)
	}
	for _, b := range a.Broker {
		if b.Kind != "table" { // a table is part of its store
			c.node(brokerKey(b.Technology), hexagon, systemKey, b.Technology)
		}
	}
	for _, x := range a.Externals {
		c.node(externalKey(x.ID), foreign, "", string(x.ID))
	}
	fromActors(c, a)
	betweenContainers(c, a)
	overBrokers(c, a)
	title := "Containers of " + a.System.Name
	if len(a.Deployables) < 2 {
		title = a.System.Name + ", what it consists of and what is around it"
	}
	return c.diagrams(Containers, title)
}

const filesKey = "files"

// objectStore names what keeps files outside the stores of records, "" where nothing does.
func objectStore(a *arch.Arch) string {
	for _, f := range a.Files {
		if f.Where == "object-store" {
			return cmp.Or(f.Product, f.Technology)
		}
	}
	return ""
}

// callers are the actors that may call one of the operations.
func callers(a *arch.Arch, ids ...arch.OperationID) []arch.ActorID {
	var out []arch.ActorID
	for i := range a.Operations {
		if op := &a.Operations[i]; slices.Contains(ids, op.ID) {
			for _, who := range op.Auth.Actors {
				if !slices.Contains(out, who) {
					out = append(out, who)
				}
			}
		}
	}
	return out
}

// modules names the contexts of a deployable that is more than one of them.
func modules(d arch.Deployable) string {
	var names []string
	for _, id := range d.Contexts {
		names = append(names, string(id))
	}
	if len(names) == 1 && names[0] == string(d.ID) {
		return ""
	}
	return strings.Join(names, ", ")
}

func fromActors(c *chart, a *arch.Arch) {
	routed := map[arch.APIID]bool{}
	if a.Gateway != nil {
		for _, r := range a.Gateway.Routes {
			routed[r.API] = true
		}
	}
	for _, actor := range a.Actors {
		for _, id := range actor.APIs {
			for i := range a.APIs {
				api := &a.APIs[i]
				if api.ID != id {
					continue
				}
				to := deployKey(api.Deployable)
				if routed[id] {
					to = gatewayKey
				}
				c.arrow(actorKey(actor.ID), to, false, api.Style)
			}
		}
	}
	if a.Gateway != nil {
		for _, r := range a.Gateway.Routes {
			c.arrow(gatewayKey, deployKey(r.To), false, r.Host+r.Prefix)
		}
	}
}

// betweenContainers draws the dependencies, one arrow for each pair and protocol.
// The rate stands on it where a single use makes the pair's whole traffic.
func betweenContainers(c *chart, a *arch.Arch) {
	type pair struct{ from, to, protocol string }
	var order []pair
	uses := map[pair][]*arch.Edge{}
	for i := range a.Edges {
		e := &a.Edges[i]
		to := map[string]string{
			"external":   externalKey(arch.ExternalID(e.To)),
			"deployable": deployKey(arch.DeployableID(e.To)),
			"store":      storeKey(arch.StoreID(e.To)),
		}[e.ToKind]
		p := pair{deployKey(e.From), to, e.Protocol}
		if uses[p] == nil {
			order = append(order, p)
		}
		uses[p] = append(uses[p], e)
	}
	for _, p := range order {
		label := p.protocol
		if es := uses[p]; len(es) == 1 {
			label = join(", ", label, known(es[0].Peak, ""))
		}
		waits := slices.ContainsFunc(uses[p], func(e *arch.Edge) bool { return e.Style != "async" })
		c.arrow(p.from, p.to, !waits, label)
	}
	for _, f := range a.Files {
		if f.Through == "address" {
			for _, who := range callers(a, f.Send, f.Fetch) {
				if !c.connected(actorKey(who), filesKey) {
					c.arrow(actorKey(who), filesKey, false, "by signed address")
				}
			}
		}
		if f.Where == "object-store" && !c.connected(deployKey(f.Deployable), filesKey) {
			c.arrow(deployKey(f.Deployable), filesKey, false)
		}
	}
	for _, s := range a.Stores { // even where no flow was drawn yet
		if !c.connected(deployKey(s.Deployable), storeKey(s.ID)) {
			c.arrow(deployKey(s.Deployable), storeKey(s.ID), false)
		}
	}
}

func (c *chart) connected(from, to string) bool {
	for _, a := range c.arrows {
		if a.from == from && a.to == to {
			return true
		}
	}
	return false
}

// overBrokers draws who publishes to and who consumes from each broker.
func overBrokers(c *chart, a *arch.Arch) {
	for _, ch := range a.Channels {
		if ch.Kind == "dead-letter" {
			continue
		}
		c.arrow(deployKey(ch.Deployable), brokerKey(ch.Broker), true, "publishes")
		for _, s := range ch.Subscribers {
			c.arrow(brokerKey(ch.Broker), deployKey(s.Deployable), true, "delivers")
		}
	}
}

// contextMap draws which context depends on which, grouped as they are deployed. Two
// contexts need no map.
func contextMap(a *arch.Arch) []Diagram {
	if len(a.Contexts) < 2 || len(a.Relations) < 2 {
		return nil
	}
	c := newChart("LR")
	for _, d := range a.Deployables {
		c.group(deployKey(d.ID), "", string(d.ID))
	}
	for _, ctx := range a.Contexts {
		c.node(contextKey(ctx.ID), box, deployKey(ctx.Deployable), string(ctx.ID), teamOf(ctx))
	}
	for _, r := range a.Relations {
		to := contextKey(arch.ContextID(r.To))
		if _, isContext := c.index[to]; !isContext {
			to = externalKey(arch.ExternalID(r.To))
			c.node(to, foreign, "", r.To)
		}
		c.arrow(contextKey(r.From), to, r.Style == "event", r.Pattern, join(", ", r.Style, known(r.Rate, "")))
	}
	return c.diagrams(ContextMap, "Context map of "+a.System.Name)
}

func teamOf(c arch.Context) string {
	if c.Team == "" {
		return ""
	}
	return "team " + string(c.Team)
}

func zones(a *arch.Arch) string {
	if a.Placement.Strategy == "one-machine" {
		return "one machine"
	}
	if a.Placement.Zones.N == 1 {
		return known(a.Placement.Zones, " zone")
	}
	return known(a.Placement.Zones, " zones")
}

func replicas(v arch.Value) string {
	if v.N == 1 {
		return known(v, " replica")
	}
	return known(v, " replicas")
}

// placeName is a region and its part, once where it is called like its part.
func placeName(r arch.PlacedRegion) string {
	if r.Name == r.Part {
		return r.Name
	}
	return join(", ", r.Name, r.Part)
}

// deployment draws the processes and stores in their regions, with their numbers.
func deployment(a *arch.Arch) []Diagram {
	if len(a.Deployables) == 0 {
		return nil
	}
	c := newChart("TB")
	if len(a.Placement.Regions) == 0 {
		c.group(systemKey, "", join(" on ", a.System.Platform, a.System.Cloud), zones(a))
		placeAll(c, a, systemKey)
	}
	for i, r := range a.Placement.Regions {
		region := "region " + r.Name
		c.group(region, "", placeName(r), zones(a))
		if i == 0 {
			placeAll(c, a, region)
		} else {
			c.node("in "+region, box, region, strings.Join(deployableNames(a), ", "))
			c.arrow(storeOrFirst(a), "in "+region, true, a.Placement.Strategy)
		}
	}
	return c.diagrams(Deployment, "Deployment of "+a.System.Name)
}

func placeAll(c *chart, a *arch.Arch, region string) {
	asked := map[arch.DeployableID]bool{}
	if a.Gateway != nil {
		c.node(gatewayKey, box, region, a.Gateway.Technology)
		for _, r := range a.Gateway.Routes {
			asked[r.To] = true
		}
	}
	for _, d := range a.Deployables {
		for _, p := range d.Roles {
			key := processKey(d.ID, p.Name)
			c.node(key, box, region, join(" ", string(d.ID), p.Name), replicas(p.Replicas),
				join(", ", known(p.CPU, " cores"), known(p.Memory, "")))
			if asked[d.ID] && takesRequests(a, p) {
				c.arrow(gatewayKey, key, false)
			}
		}
	}
	for _, s := range a.Stores {
		c.node(storeKey(s.ID), cylinder, region, string(s.ID), s.Technology, join(" ", known(s.Shards, " shards of"), replicas(s.Replicas)))
		for _, d := range a.Deployables {
			if d.ID != s.Deployable {
				continue
			}
			for _, p := range d.Roles {
				c.arrow(processKey(d.ID, p.Name), storeKey(s.ID), false)
			}
		}
	}
	for _, b := range a.Broker {
		if b.Kind != "table" {
			c.node(brokerKey(b.Technology), hexagon, region, b.Technology, b.Product, known(b.Nodes, " nodes"))
		}
	}
}

func takesRequests(a *arch.Arch, p arch.Process) bool {
	return slices.ContainsFunc(a.Flows, func(f arch.Flow) bool {
		return f.Starts == "request" && slices.Contains(p.Flows, f.ID)
	})
}

func processKey(d arch.DeployableID, process string) string {
	return "process " + string(d) + " " + process
}

func deployableNames(a *arch.Arch) []string {
	out := make([]string, len(a.Deployables))
	for i, d := range a.Deployables {
		out[i] = string(d.ID)
	}
	return out
}

// storeOrFirst is what another region follows: the first store, else the first
// process.
func storeOrFirst(a *arch.Arch) string {
	if len(a.Stores) > 0 {
		return storeKey(a.Stores[0].ID)
	}
	if d := a.Deployables[0]; len(d.Roles) > 0 {
		return processKey(d.ID, d.Roles[0].Name)
	}
	return ""
}
