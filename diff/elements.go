package diff

import (
	"fmt"
	"slices"
	"strings"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/fact"
)

// element is one of a design, as far as it is compared.
type element struct {
	id, title  string
	by         []arch.DecisionID
	attributes []attribute // the same ones, in the same order, for all of a kind
}

// attribute is a number or a text of an element.
type attribute struct {
	name   string
	number arch.Value
	text   string
}

func (a attribute) shown() string {
	if a.number.Known() {
		return a.number.String()
	}
	return a.text
}

// summary is the first thing there is to say of an element.
func (e element) summary() string {
	for _, a := range e.attributes {
		if s := a.shown(); s != "" {
			return s
		}
	}
	return ""
}

func value(name string, v arch.Value) attribute { return attribute{name: name, number: v} }
func text(name, t string) attribute             { return attribute{name: name, text: t} }
func count(name string, n int) attribute {
	return value(name, arch.Value{Quantity: fact.Quantity{Kind: fact.Count, N: float64(n)}})
}

func names[T ~string](name string, list []T) attribute {
	parts := make([]string, len(list))
	for i, s := range list {
		parts[i] = string(s)
	}
	slices.Sort(parts)
	return text(name, strings.Join(parts, ", "))
}

// kind is one kind of element, and what of it is compared: what somebody would
// have to build, buy or run differently.
type kind struct {
	name string
	list func(*arch.Arch) []element
}

// kinds in the order in which a reader should meet their changes: first what is
// released, then where data lies and flows, then how it is talked to.
var kinds = []kind{
	{"context", contexts},
	{"deployable", deployables},
	{"process", processes},
	{"store", stores},
	{"files", files},
	{"cache", caches},
	{"broker", brokers},
	{"channel", channels},
	{"gateway", gateways},
	{"mesh", meshes},
	{"region", regions},
	{"placement", placements},
	{"api", apis},
	{"call", edges},
	{"saga", sagas},
	{"projection", projections},
	{"job", jobs},
}

func each[T any](list []T, as func(*T) element) []element {
	out := make([]element, len(list))
	for i := range list {
		out[i] = as(&list[i])
	}
	return out
}

func contexts(a *arch.Arch) []element {
	return each(a.Contexts, func(c *arch.Context) element {
		return element{string(c.ID), c.Name, c.By, []attribute{names("aggregates", c.Aggregates), text("team", string(c.Team))}}
	})
}

func deployables(a *arch.Arch) []element {
	return each(a.Deployables, func(d *arch.Deployable) element {
		return element{string(d.ID), d.About, d.By, []attribute{names("contexts", d.Contexts), text("team", string(d.Team)), text("driver", d.Driver)}}
	})
}

func processes(a *arch.Arch) []element {
	var out []element
	for _, d := range a.Deployables {
		for _, p := range d.Roles {
			out = append(out, element{string(d.ID) + "/" + p.Name, p.About, d.By, []attribute{
				value("replicas", p.Replicas), value("replicas in the quietest hour", p.Min), value("requests at once", p.Workers),
				value("cores", p.CPU), value("memory", p.Memory),
			}})
		}
	}
	return out
}

func stores(a *arch.Arch) []element {
	return each(a.Stores, func(s *arch.Store) element {
		return element{string(s.ID), string(s.ID), s.By, []attribute{
			text("technology", s.Technology), text("layout", s.Layout), names("contexts", s.Contexts), value("replicas", s.Replicas), value("shards", s.Shards), value("machine", s.Machine),
			value("bytes", s.Bytes), value("connections", s.Pool), text("partition", s.Partition),
		}}
	})
}

func files(a *arch.Arch) []element {
	return each(a.Files, func(f *arch.FileStore) element {
		return element{f.ID, f.ID, f.By, []attribute{
			text("where", f.Where), text("technology", f.Technology), text("through", f.Through), value("size", f.Size), value("bytes", f.Bytes),
		}}
	})
}

func caches(a *arch.Arch) []element {
	return each(a.Caches, func(c *arch.Cache) element {
		return element{c.ID, c.ID, c.By, []attribute{text("where", c.Where), text("technology", c.Technology), value("lifetime", c.TTL), value("bytes", c.Bytes)}}
	})
}

func brokers(a *arch.Arch) []element {
	return each(a.Broker, func(b *arch.Broker) element {
		return element{b.Technology, b.Technology, b.By, []attribute{text("kind", b.Kind), text("product", b.Product), value("nodes", b.Nodes)}}
	})
}

func channels(a *arch.Arch) []element {
	return each(a.Channels, func(c *arch.Channel) element {
		return element{string(c.ID), c.About, c.By, []attribute{
			text("broker", c.Broker), text("kind", c.Kind), text("key", c.Key), value("partitions", c.Partitions),
			value("retention", c.Retention), count("consumers", len(c.Subscribers)),
		}}
	})
}

func gateways(a *arch.Arch) []element {
	if a.Gateway == nil {
		return nil
	}
	g := a.Gateway
	return []element{{"gateway", g.About, g.By, []attribute{text("technology", g.Technology), names("does", g.Does)}}}
}

func meshes(a *arch.Arch) []element {
	if a.Mesh == nil {
		return nil
	}
	return []element{{"mesh", "", a.Mesh.By, []attribute{text("technology", a.Mesh.Technology), names("does", a.Mesh.Does)}}}
}

func regions(a *arch.Arch) []element {
	return each(a.Placement.Regions, func(r *arch.PlacedRegion) element {
		return element{r.Name, r.Name, a.Placement.By, []attribute{text("part", r.Part), value("share", r.Share)}}
	})
}

func placements(a *arch.Arch) []element {
	p := a.Placement
	return []element{{"placement", "", p.By, []attribute{text("strategy", p.Strategy), value("zones", p.Zones)}}}
}

func apis(a *arch.Arch) []element {
	return each(a.APIs, func(x *arch.API) element {
		return element{string(x.ID), x.About, x.By, []attribute{
			text("style", x.Style), text("deployable", string(x.Deployable)), count("operations", len(x.Operations)), names("audience", x.Audience),
		}}
	})
}

func edges(a *arch.Arch) []element {
	return each(a.Edges, func(e *arch.Edge) element {
		return element{string(e.ID), string(e.ID), e.By, []attribute{
			text("style", strings.TrimSpace(e.Style+" "+e.Protocol)), value("timeout", e.Timeout), text("retries", retries(e.Retry)),
			text("circuit breaker", yes(e.Breaker != nil)), text("fallback", e.Fallback), text("queue of its own", yes(e.Backlog != nil)),
		}}
	})
}

func retries(r *arch.Retry) string {
	if r == nil {
		return "none"
	}
	return fmt.Sprintf("at most %d attempts", r.MaxAttempts)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func sagas(a *arch.Arch) []element {
	return each(a.Sagas, func(s *arch.Saga) element {
		return element{s.ID, s.ID, nil, []attribute{text("style", s.Style), text("owner", string(s.Owner)), count("steps", len(s.Steps))}}
	})
}

func projections(a *arch.Arch) []element {
	return each(a.Projections, func(p *arch.Projection) element {
		return element{p.ID, p.About, p.By, []attribute{text("store", string(p.Store)), text("context", string(p.Context)), names("from", p.From)}}
	})
}

func jobs(a *arch.Arch) []element {
	return each(a.Jobs, func(j *arch.Job) element {
		return element{j.ID, j.About, j.By, []attribute{text("schedule", j.Schedule), text("deployable", string(j.Deployable))}}
	})
}
